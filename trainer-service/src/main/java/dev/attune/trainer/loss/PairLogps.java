package dev.attune.trainer.loss;

/**
 * What a loss over pairs is computed from, all [pairs]: summed log-probabilities of the answers' tokens in nats.
 *
 * @param policyChosenLogps under the model that learns
 * @param policyRejectedLogps under the model that learns
 * @param referenceChosenLogps under the frozen reference
 * @param referenceRejectedLogps under the frozen reference
 * @param chosenTokens tokens that the chosen answers' log-probabilities are summed over, at least 1
 * @param rejectedTokens tokens that the rejected answers' log-probabilities are summed over, at least 1
 * @param strengths probability that the label is right: above 0, at most 1
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers, and never compared
public record PairLogps(
        double[] policyChosenLogps,
        double[] policyRejectedLogps,
        double[] referenceChosenLogps,
        double[] referenceRejectedLogps,
        int[] chosenTokens,
        int[] rejectedTokens,
        double[] strengths) {

    public PairLogps {
        int n = strengths.length;
        if (n == 0
                || policyChosenLogps.length != n
                || policyRejectedLogps.length != n
                || referenceChosenLogps.length != n
                || referenceRejectedLogps.length != n
                || chosenTokens.length != n
                || rejectedTokens.length != n) {
            throw new IllegalArgumentException("all columns must have the same length, above 0");
        }
        for (double strength : strengths) {
            if (!(strength > 0 && strength <= 1)) {
                throw new IllegalArgumentException("strength must be above 0 and at most 1, but is " + strength);
            }
        }
    }

    public int size() {
        return strengths.length;
    }
}
