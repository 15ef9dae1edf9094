package dev.attune.trainer.loss;

/**
 * KTO (Ethayarajh et al. 2024, "Model alignment as prospect theoretic optimization", eq. 7 and 8, as TRL writes it): with
 * {@code r = policy - reference} of an answer and z the divergence, {@code desirableWeight * (1 - sigmoid(beta * (r - z)))}
 * of one that was liked, {@code undesirableWeight * (1 - sigmoid(beta * (z - r)))} of one that was not.
 *
 * <p>A soft label s, the probability that the label is right, mixes both: {@code s * own + (1 - s) * other}.
 *
 * @param beta how strongly the reference holds the policy, above 0
 * @param desirableWeight of answers that were liked, above 0
 * @param undesirableWeight of answers that were not, above 0
 */
public record KtoLoss(double beta, double desirableWeight, double undesirableWeight) {

    public KtoLoss {
        requirePositive("beta", beta);
        requirePositive("desirableWeight", desirableWeight);
        requirePositive("undesirableWeight", undesirableWeight);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be above 0, but is " + value);
        }
    }

    /**
     * The z of a batch: the mean log-ratio of answers after prompts that are not theirs, at least 0. It is a constant:
     * no gradient goes through it.
     *
     * @param policyLogps [mismatched]; none gives 0
     * @param referenceLogps [mismatched]
     */
    public static double divergence(double[] policyLogps, double[] referenceLogps) {
        double sum = 0;
        for (int i = 0; i < policyLogps.length; i++) {
            sum += policyLogps[i] - referenceLogps[i];
        }
        return policyLogps.length == 0 ? 0 : Math.max(0, sum / policyLogps.length);
    }

    /** @param divergence z, see {@link #divergence} */
    public SingleLoss of(SingleLogps answers, double divergence) {
        int n = answers.size();
        SingleLoss result = new SingleLoss(new double[n], new double[n], new double[n]);
        for (int i = 0; i < n; i++) {
            double logRatio = answers.policyLogps()[i] - answers.referenceLogps()[i];
            double liked = Sigmoids.of(beta * (logRatio - divergence));
            double disliked = Sigmoids.of(beta * (divergence - logRatio));
            double strength = answers.strengths()[i];
            double up = desirableWeight * (answers.desirable()[i] ? strength : 1 - strength);
            double down = undesirableWeight * (answers.desirable()[i] ? 1 - strength : strength);
            // 1 - sigmoid(x) = sigmoid(-x), which keeps its digits where x is large.
            result.losses()[i] = up * disliked + down * liked;
            result.rewards()[i] = beta * logRatio;
            result.policyGradients()[i] = (down - up) * beta * liked * disliked;
        }
        return result;
    }
}
