package dev.attune.trainer.learner;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a step on single answers showed.
 *
 * @param liked means over the answers that were liked
 * @param disliked means over the others
 * @param loss mean over all answers, weighted
 * @param rewardsAccuracies share of all comparisons of a liked answer with another one in which the liked one has the
 *     higher reward (the area under the ROC curve): the pairs' accuracy, for answers that have no partner
 * @param divergence KTO's z, of replayed answers too
 */
public record SinglesMetrics(
        Side liked,
        Side disliked,
        double loss,
        double rewardsAccuracies,
        double divergence,
        double kl,
        double gradNorm,
        double learningRate,
        long tokens,
        @Nullable SinglesMetrics replayed)
        implements StepReport {

    /**
     * Answers with one label; the means are not numbers where there are none.
     *
     * @param answers how many
     * @param reward beta * (policy - reference)
     * @param logps summed log-probability under the policy, in nats
     * @param logRatio that less the one under the anchor, in nats
     */
    public record Side(int answers, double reward, double logps, double logRatio) {}

    @Override
    public int examples() {
        return liked.answers + disliked.answers;
    }

    @Override
    public double rewardsMargins() {
        return liked.reward - disliked.reward;
    }

    @Override
    public int comparisons() {
        return Math.min(liked.answers, disliked.answers);
    }

    @Override
    public double chosenLogRatio() {
        return liked.logRatio;
    }

    /** As TRL's KTO trainer names them, so that {@code kl} is z; what there is no answer for is left out. */
    @Override
    public Map<String, Double> named() {
        Map<String, Double> named = new TreeMap<>();
        named.put("loss", loss);
        named.put("kl", divergence);
        named.put("kl/anchor", kl);
        named.put("grad_norm", gradNorm);
        put(named, "chosen", liked);
        put(named, "rejected", disliked);
        putComparison(named, "");
        if (replayed != null) {
            named.put("replay/answers", (double) replayed.examples());
            named.put("replay/loss", replayed.loss);
            named.put("replay/kl/anchor", replayed.kl);
            replayed.putComparison(named, "replay/");
        }
        return named;
    }

    private static void put(Map<String, Double> named, String name, Side side) {
        named.put("count/" + name, (double) side.answers);
        if (side.answers > 0) {
            named.put("rewards/" + name, side.reward);
            named.put("logps/" + name, side.logps);
        }
    }

    private void putComparison(Map<String, Double> named, String prefix) {
        if (comparisons() > 0) {
            named.put(prefix + "rewards/margins", rewardsMargins());
            named.put(prefix + "rewards/accuracies", rewardsAccuracies);
        }
    }

    @Override
    public SinglesMetrics fresh() {
        return with(gradNorm, learningRate, null);
    }

    SinglesMetrics withUpdate(double norm, double rate) {
        return with(norm, rate, replayed);
    }

    SinglesMetrics withReplayed(SinglesMetrics others) {
        return with(gradNorm, learningRate, others);
    }

    private SinglesMetrics with(double norm, double rate, @Nullable SinglesMetrics others) {
        return new SinglesMetrics(liked, disliked, loss, rewardsAccuracies, divergence, kl, norm, rate, tokens, others);
    }
}
