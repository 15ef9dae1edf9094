package dev.attune.trainer.loss;

/**
 * What a loss over single answers is computed from, all [answers]: summed log-probabilities of their tokens in nats.
 *
 * @param policyLogps under the model that learns
 * @param referenceLogps under the frozen reference
 * @param desirable whether the answer was liked
 * @param strengths probability that this label is right: above 0, at most 1
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers, and never compared
public record SingleLogps(double[] policyLogps, double[] referenceLogps, boolean[] desirable, double[] strengths) {

    public SingleLogps {
        int n = strengths.length;
        if (n == 0 || policyLogps.length != n || referenceLogps.length != n || desirable.length != n) {
            throw new IllegalArgumentException("all columns must have the same length, above 0");
        }
    }

    public int size() {
        return strengths.length;
    }
}
