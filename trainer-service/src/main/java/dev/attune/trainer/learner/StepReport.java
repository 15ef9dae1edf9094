package dev.attune.trainer.learner;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a step showed before its update, or an evaluation; of its fresh examples, unless it says otherwise. */
public sealed interface StepReport permits StepMetrics, SinglesMetrics {

    /** Under TRL's names, where it has the metric; what replayed examples showed begins with {@code replay/}. */
    Map<String, Double> named();

    /** Of an evaluation, as TRL names it: {@code eval_loss}, {@code eval_rewards/margins}, …; finite numbers only. */
    default Map<String, Double> namedAsEvaluation() {
        Map<String, Double> evaluation = new TreeMap<>();
        named().forEach((name, value) -> {
            if (Double.isFinite(value) && !name.equals("grad_norm")) {
                evaluation.put("eval_" + name, value);
            }
        });
        return evaluation;
    }

    /** Pairs, or single answers. */
    int examples();

    /** Mean over the examples, in nats. */
    double loss();

    /** Mean reward of the answers that are liked less that of the others; not a number where one side has none. */
    double rewardsMargins();

    /** How often an answer that is liked has a higher reward than one that is not; not a number where one side has none. */
    double rewardsAccuracies();

    /** How many comparisons that do not depend on each other {@link #rewardsAccuracies()} rests on. */
    int comparisons();

    /**
     * Log-probability of the answers that are liked under the policy less that under the anchor, in nats an answer; not a
     * number where there are none.
     */
    double chosenLogRatio();

    /**
     * Exact KL(policy || anchor) of the next-token distributions, summed over an answer's positions and averaged over all
     * answers, in nats; the answers are the batch's own, not samples of the policy.
     */
    double kl();

    /** Norm of the gradient of the mean loss before clipping, of replayed examples too; 0 in an evaluation. */
    double gradNorm();

    /** Of the update; 0 in an evaluation. */
    double learningRate();

    /** Tokens that went through the policy with gradients, padding not counted. */
    long tokens();

    /** What the examples showed that were trained again beside the fresh ones; null where there were none. */
    @Nullable
    StepReport replayed();

    /** The same without {@link #replayed()}. */
    StepReport fresh();
}
