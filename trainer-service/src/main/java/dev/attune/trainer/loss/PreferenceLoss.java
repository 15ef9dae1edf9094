package dev.attune.trainer.loss;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A preference loss of each pair and its gradient by the policy's log-probabilities, all [pairs].
 *
 * @param losses in nats
 * @param rewardsChosen implicit reward of the chosen answer, beta * (policy - reference)
 * @param rewardsRejected implicit reward of the rejected answer
 * @param policyChosenGradients d loss / d policyChosenLogps of the pair's own loss (not of the mean)
 * @param policyRejectedGradients d loss / d policyRejectedLogps of the pair's own loss (not of the mean)
 * @param terms what each term of the objective has in it, not weighted, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers, and never compared
public record PreferenceLoss(
        double[] losses,
        double[] rewardsChosen,
        double[] rewardsRejected,
        double[] policyChosenGradients,
        double[] policyRejectedGradients,
        List<TermLoss> terms) {

    static PreferenceLoss ofPairs(int n, List<TermLoss> terms) {
        return new PreferenceLoss(new double[n], new double[n], new double[n], new double[n], new double[n], terms);
    }

    /** Sum over the pairs. */
    public double totalLoss() {
        return DoubleStream.of(losses).sum();
    }

    /** Pairs whose chosen answer has the higher reward. */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < losses.length; i++) {
            if (rewardsChosen[i] > rewardsRejected[i]) {
                correct++;
            }
        }
        return correct;
    }
}
