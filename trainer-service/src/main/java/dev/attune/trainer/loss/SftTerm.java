package dev.attune.trainer.loss;

/**
 * The supervised term on chosen answers that holds the policy's language together where DPO alone lets both answers of a
 * pair grow less likely.
 *
 * <p>To a pair's loss it adds {@code weight * -policyChosen / chosenTokens}: the mean negative log-likelihood of the
 * chosen answer's tokens (Pang et al. 2024, "Iterative Reasoning Preference Optimization", eq. 1, with the answer alone
 * as length; TRL's {@code rpo_alpha} is the same weight, on the mean over the batch's tokens instead).
 */
public final class SftTerm {
    private SftTerm() {}

    /**
     * A preference loss with the term added.
     *
     * @param weight at least 0; with 0 the loss stays what it is
     * @param pairs what the loss was computed from
     */
    public static PreferenceLoss plus(PreferenceLoss loss, double weight, PairLogps pairs) {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("the weight must be at least 0, but is " + weight);
        }
        int[] chosenTokens = pairs.chosenTokens();
        double[] losses = loss.losses().clone();
        double[] chosenGradients = loss.policyChosenGradients().clone();
        for (int i = 0; i < losses.length; i++) {
            losses[i] -= weight * pairs.policyChosenLogps()[i] / chosenTokens[i];
            chosenGradients[i] -= weight / chosenTokens[i];
        }
        return new PreferenceLoss(
                losses, loss.rewardsChosen(), loss.rewardsRejected(), chosenGradients, loss.policyRejectedGradients());
    }
}
