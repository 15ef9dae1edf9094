package dev.attune.trainer.loss;

/**
 * Direct preference optimization with soft labels.
 *
 * <p>With the margin {@code h = beta * ((policyChosen - referenceChosen) - (policyRejected - referenceRejected))} of
 * summed log-probabilities, the loss of a pair is
 *
 * <pre>  -(1 - labelSmoothing) * log sigmoid(h) - labelSmoothing * log sigmoid(-h)</pre>
 *
 * (Rafailov et al. 2023, "Direct Preference Optimization", eq. 7, which is labelSmoothing 0; Mitchell 2023, "A note on
 * DPO with noisy preferences", eq. 3). A pair's strength s is the probability that its label is right: labelSmoothing
 * is 1 - s, and the derivative by h is {@code sigmoid(h) - s}. At the start, with policy and reference equal, the loss
 * is ln 2 whatever the labels.
 *
 * <p>The gradient is exact and in closed form, in double precision: it is what goes into the backward pass of the
 * policy's log-probabilities.
 */
public final class DpoLoss {
    private DpoLoss() {}

    /**
     * The loss of each pair.
     *
     * @param beta how strongly the reference holds the policy; above 0
     * @param pairs [pairs] summed log-probabilities and strengths
     */
    public static PreferenceLoss sigmoid(double beta, PairLogps pairs) {
        if (!(beta > 0)) {
            throw new IllegalArgumentException("beta must be above 0, but is " + beta);
        }
        int n = pairs.size();
        PreferenceLoss result = PreferenceLoss.ofPairs(n);
        for (int i = 0; i < n; i++) {
            double chosenReward = beta * (pairs.policyChosenLogps()[i] - pairs.referenceChosenLogps()[i]);
            double rejectedReward = beta * (pairs.policyRejectedLogps()[i] - pairs.referenceRejectedLogps()[i]);
            double margin = chosenReward - rejectedReward;
            double labelSmoothing = 1 - pairs.strengths()[i];
            double slope = sigmoid(margin) - pairs.strengths()[i]; // d loss / d margin
            result.losses()[i] = -(1 - labelSmoothing) * logSigmoid(margin) - labelSmoothing * logSigmoid(-margin);
            result.rewardsChosen()[i] = chosenReward;
            result.rewardsRejected()[i] = rejectedReward;
            result.policyChosenGradients()[i] = beta * slope;
            result.policyRejectedGradients()[i] = -beta * slope;
        }
        return result;
    }

    private static double sigmoid(double x) {
        // Each branch takes the exponential of a negative number only: no overflow.
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    private static double logSigmoid(double x) {
        return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
    }
}
