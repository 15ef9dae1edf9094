package dev.attune.trainer.loss;

/**
 * A loss of how much more the policy prefers the chosen answer than the reference does: of the margin
 * {@code x = (policyChosen - referenceChosen) - (policyRejected - referenceRejected)}, in nats.
 *
 * <p>A soft label s, the probability that the preference is right, mixes the losses of both directions:
 * {@code s * value(x) + (1 - s) * value(-x)}.
 */
public sealed interface LossFunction extends PairTerm {

    /** The loss of a pair whose label is right. */
    double value(double margin);

    /** d value / d margin */
    double slope(double margin);

    /** How strongly the reference holds the policy: an answer's reward is beta times its log-ratio. */
    double beta();

    /** Whether log-ratios are means over an answer's tokens rather than sums. */
    default boolean isPerToken() {
        return false;
    }

    @Override
    default TermLoss of(PairLogps pairs) {
        TermLoss result = TermLoss.ofPairs(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            double chosenScale = isPerToken() ? 1.0 / pairs.chosenTokens()[i] : 1;
            double rejectedScale = isPerToken() ? 1.0 / pairs.rejectedTokens()[i] : 1;
            double margin = chosenScale * (pairs.policyChosenLogps()[i] - pairs.referenceChosenLogps()[i])
                    - rejectedScale * (pairs.policyRejectedLogps()[i] - pairs.referenceRejectedLogps()[i]);
            double strength = pairs.strengths()[i];
            double slope = strength * slope(margin) - opposite(strength, slope(-margin));
            result.losses()[i] = strength * value(margin) + opposite(strength, value(-margin));
            result.policyChosenGradients()[i] = chosenScale * slope;
            result.policyRejectedGradients()[i] = -rejectedScale * slope;
        }
        return result;
    }

    /**
     * {@code -(1 - e) * log sigmoid(beta * x) - e * log sigmoid(-beta * x)}: DPO (Rafailov et al. 2023, "Direct Preference
     * Optimization", eq. 7) with e 0; conservative DPO (Mitchell 2023, "A note on DPO with noisy preferences", eq. 3)
     * with e above.
     *
     * @param labelSmoothing e, the share of labels that are wrong: 0 to below 0.5
     */
    record Sigmoid(double beta, double labelSmoothing) implements LossFunction {
        public Sigmoid {
            requireBeta(beta);
            requireSmoothing(labelSmoothing);
        }

        @Override
        public double value(double margin) {
            double h = beta * margin;
            return -(1 - labelSmoothing) * Sigmoids.log(h) - labelSmoothing * Sigmoids.log(-h);
        }

        @Override
        public double slope(double margin) {
            return beta * (Sigmoids.of(beta * margin) - (1 - labelSmoothing));
        }
    }

    /**
     * The sigmoid loss of mean log-ratios: what an answer gains by its length counts no more (the length-normalised DPO of
     * Meng et al. 2024, "SimPO", section 2, with the reference kept). Beta is some ten times that of DPO.
     */
    record LengthNormalisedSigmoid(double beta) implements LossFunction {
        public LengthNormalisedSigmoid {
            requireBeta(beta);
        }

        @Override
        public double value(double margin) {
            return -Sigmoids.log(beta * margin);
        }

        @Override
        public double slope(double margin) {
            return beta * (Sigmoids.of(beta * margin) - 1);
        }

        @Override
        public boolean isPerToken() {
            return true;
        }
    }

    /**
     * {@code (x - 1 / (2 * beta))^2} of mean log-ratios: IPO (Azar et al. 2023, "A general theoretical paradigm to understand
     * learning from human preferences", eq. 17), normalised by length as TRL does. It stops pushing where the margin
     * is reached.
     */
    record Ipo(double beta) implements LossFunction {
        public Ipo {
            requireBeta(beta);
        }

        @Override
        public double value(double margin) {
            return square(margin - 1 / (2 * beta));
        }

        @Override
        public double slope(double margin) {
            return 2 * (margin - 1 / (2 * beta));
        }

        @Override
        public boolean isPerToken() {
            return true;
        }

        private static double square(double x) {
            return x * x;
        }
    }

    /** {@code max(0, 1 - beta * x)}: the hinge of SLiC (Zhao et al. 2023), as in RSO (Liu et al. 2023, eq. 11). */
    record Hinge(double beta) implements LossFunction {
        public Hinge {
            requireBeta(beta);
        }

        @Override
        public double value(double margin) {
            return Math.max(0, 1 - beta * margin);
        }

        @Override
        public double slope(double margin) {
            return beta * margin < 1 ? -beta : 0;
        }
    }

    /**
     * {@code (-(1 - e) * log sigmoid(beta * x) + e * log sigmoid(-beta * x)) / (1 - 2 * e)}: robust DPO (Chowdhury et al. 2024,
     * "Provably robust DPO", eq. 12), unbiased where a share e of labels is flipped. It has no lower bound, so that only a
     * limit on the divergence holds it.
     *
     * @param labelSmoothing e, the share of labels that are flipped: 0 to below 0.5
     */
    record Robust(double beta, double labelSmoothing) implements LossFunction {
        public Robust {
            requireBeta(beta);
            requireSmoothing(labelSmoothing);
        }

        @Override
        public double value(double margin) {
            double h = beta * margin;
            return (-(1 - labelSmoothing) * Sigmoids.log(h) + labelSmoothing * Sigmoids.log(-h))
                    / (1 - 2 * labelSmoothing);
        }

        @Override
        public double slope(double margin) {
            double h = beta * margin;
            return beta
                    * (-(1 - labelSmoothing) * Sigmoids.of(-h) - labelSmoothing * Sigmoids.of(h))
                    / (1 - 2 * labelSmoothing);
        }
    }

    /** Nothing for a hard label, even where the loss of the other direction overflows. */
    private static double opposite(double strength, double value) {
        return strength == 1 ? 0 : (1 - strength) * value;
    }

    private static void requireBeta(double beta) {
        if (!(beta > 0)) {
            throw new IllegalArgumentException("beta must be above 0, but is " + beta);
        }
    }

    private static void requireSmoothing(double labelSmoothing) {
        if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
            throw new IllegalArgumentException(
                    "labelSmoothing must be at least 0 and below 0.5, but is " + labelSmoothing);
        }
    }
}
