package dev.attune.trainer.loss;

/**
 * The loss of preference pairs with soft labels, and its exact gradient in closed form and double precision: it is what
 * goes into the backward pass of the policy's log-probabilities.
 */
public final class PairLoss {
    private PairLoss() {}

    /** The loss of each pair. */
    public static PreferenceLoss of(LossFunction function, PairLogps pairs) {
        int n = pairs.size();
        PreferenceLoss result = PreferenceLoss.ofPairs(n);
        for (int i = 0; i < n; i++) {
            double chosenLogRatio = pairs.policyChosenLogps()[i] - pairs.referenceChosenLogps()[i];
            double rejectedLogRatio = pairs.policyRejectedLogps()[i] - pairs.referenceRejectedLogps()[i];
            double chosenScale = function.isPerToken() ? 1.0 / pairs.chosenTokens()[i] : 1;
            double rejectedScale = function.isPerToken() ? 1.0 / pairs.rejectedTokens()[i] : 1;
            double margin = chosenScale * chosenLogRatio - rejectedScale * rejectedLogRatio;
            double strength = pairs.strengths()[i];
            double slope = strength * function.slope(margin) - opposite(strength, function.slope(-margin));
            result.losses()[i] = strength * function.value(margin) + opposite(strength, function.value(-margin));
            result.rewardsChosen()[i] = function.beta() * chosenLogRatio;
            result.rewardsRejected()[i] = function.beta() * rejectedLogRatio;
            result.policyChosenGradients()[i] = chosenScale * slope;
            result.policyRejectedGradients()[i] = -rejectedScale * slope;
        }
        return result;
    }

    /** Nothing for a hard label, even where the loss of the other direction overflows. */
    private static double opposite(double strength, double value) {
        return strength == 1 ? 0 : (1 - strength) * value;
    }
}
