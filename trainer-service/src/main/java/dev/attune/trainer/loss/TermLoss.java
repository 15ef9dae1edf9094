package dev.attune.trainer.loss;

import java.util.stream.DoubleStream;

/**
 * One term of each pair's loss and its gradient by the policy's log-probabilities, not weighted, all [pairs].
 *
 * @param losses in nats
 * @param policyChosenGradients d loss / d policyChosenLogps of the pair's own loss
 * @param policyRejectedGradients d loss / d policyRejectedLogps of the pair's own loss
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers, and never compared
public record TermLoss(double[] losses, double[] policyChosenGradients, double[] policyRejectedGradients) {

    static TermLoss ofPairs(int n) {
        return new TermLoss(new double[n], new double[n], new double[n]);
    }

    /** Sum over the pairs. */
    public double total() {
        return DoubleStream.of(losses).sum();
    }
}
