package dev.attune.trainer.learner;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a step on pairs showed, as means over them, under TRL's names.
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
 * @param losses the mean of each loss by its name, not weighted, where there are several; else empty
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

    @Override
    public int examples() {
        return pairs;
    }

    @Override
    public int comparisons() {
        return pairs;
    }

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

    @Override
    public Map<String, Double> namedAsEvaluation() {
        Map<String, Double> evaluation = StepReport.super.namedAsEvaluation();
        evaluation.put("eval_pairs", (double) pairs);
        return evaluation;
    }

    @Override
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
