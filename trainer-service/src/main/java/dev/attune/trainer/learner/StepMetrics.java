package dev.attune.trainer.learner;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a step showed, as means over its pairs, under TRL's names; all from before the update.
 *
 * @param pairs number of pairs
 * @param loss in nats
 * @param rewardsChosen beta * (policy - reference) of the chosen answers
 * @param rewardsRejected beta * (policy - reference) of the rejected answers
 * @param rewardsMargins rewardsChosen - rewardsRejected
 * @param rewardsAccuracies share of pairs whose chosen answer has the higher reward
 * @param logpsChosen summed log-probability of the chosen answers under the policy, in nats
 * @param logpsRejected summed log-probability of the rejected answers under the policy, in nats
 * @param chosenLogRatio summed log-probability of the chosen answers under the policy less that under the anchor, in nats
 * @param kl exact KL(policy || anchor) of the next-token distributions, summed over an answer's positions and
 *     averaged over all answers, in nats; the answers are the batch's own, not samples of the policy
 * @param gradNorm norm of the gradient of the mean loss before clipping; 0 in an evaluation
 * @param learningRate of the update; 0 in an evaluation
 * @param tokens tokens that went through the policy, padding not counted
 * @param losses the mean of each loss by its name, not weighted, where there are several; else empty
 * @param replayed what the pairs showed that were trained again beside these; only the gradient is of both. Null where
 *     there were none
 */
public record StepMetrics(
        int pairs,
        double loss,
        double rewardsChosen,
        double rewardsRejected,
        double rewardsMargins,
        double rewardsAccuracies,
        double logpsChosen,
        double logpsRejected,
        double chosenLogRatio,
        double kl,
        double gradNorm,
        double learningRate,
        long tokens,
        Map<String, Double> losses,
        @Nullable StepMetrics replayed)
        implements StepReport {

    public StepMetrics {
        losses = Map.copyOf(losses);
    }

    /** Of a step without replayed pairs. */
    public StepMetrics(
            int pairs,
            double loss,
            double rewardsChosen,
            double rewardsRejected,
            double rewardsMargins,
            double rewardsAccuracies,
            double logpsChosen,
            double logpsRejected,
            double chosenLogRatio,
            double kl,
            double gradNorm,
            double learningRate,
            long tokens,
            Map<String, Double> losses) {
        this(
                pairs,
                loss,
                rewardsChosen,
                rewardsRejected,
                rewardsMargins,
                rewardsAccuracies,
                logpsChosen,
                logpsRejected,
                chosenLogRatio,
                kl,
                gradNorm,
                learningRate,
                tokens,
                losses,
                null);
    }

    /** Under TRL's names, where it has the metric; what replayed pairs showed begins with {@code replay/}. */
    @Override
    public Map<String, Double> named() {
        Map<String, Double> named = new TreeMap<>();
        named.put("loss", loss);
        losses.forEach((name, value) -> named.put("loss/" + name, value));
        named.put("rewards/chosen", rewardsChosen);
        named.put("rewards/rejected", rewardsRejected);
        named.put("rewards/margins", rewardsMargins);
        named.put("rewards/accuracies", rewardsAccuracies);
        named.put("logps/chosen", logpsChosen);
        named.put("logps/rejected", logpsRejected);
        named.put("kl", kl);
        named.put("grad_norm", gradNorm);
        if (replayed != null) {
            named.put("replay/pairs", (double) replayed.pairs);
            named.put("replay/loss", replayed.loss);
            named.put("replay/rewards/margins", replayed.rewardsMargins);
            named.put("replay/rewards/accuracies", replayed.rewardsAccuracies);
            named.put("replay/kl", replayed.kl);
        }
        return named;
    }

    /** Of an evaluation, as TRL names it: {@code eval_loss}, {@code eval_rewards/accuracies}, …; finite numbers only. */
    public Map<String, Double> namedAsEvaluation() {
        Map<String, Double> evaluation = new TreeMap<>();
        named().forEach((name, value) -> {
            if (Double.isFinite(value) && !name.equals("grad_norm")) {
                evaluation.put("eval_" + name, value);
            }
        });
        evaluation.put("eval_pairs", (double) pairs);
        return evaluation;
    }

    /** What the fresh pairs showed. */
    public StepMetrics fresh() {
        return with(gradNorm, learningRate, null);
    }

    StepMetrics withUpdate(double norm, double rate) {
        return with(norm, rate, replayed);
    }

    StepMetrics withReplayed(StepMetrics others) {
        return with(gradNorm, learningRate, others);
    }

    private StepMetrics with(double norm, double rate, @Nullable StepMetrics others) {
        return new StepMetrics(
                pairs,
                loss,
                rewardsChosen,
                rewardsRejected,
                rewardsMargins,
                rewardsAccuracies,
                logpsChosen,
                logpsRejected,
                chosenLogRatio,
                kl,
                norm,
                rate,
                tokens,
                losses,
                others);
    }
}
