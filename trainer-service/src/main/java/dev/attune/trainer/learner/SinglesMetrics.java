package dev.attune.trainer.learner;

import dev.attune.trainer.loss.SingleLogps;
import dev.attune.trainer.loss.SingleLoss;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a step on single answers showed, all from before the update.
 *
 * @param liked sums over the answers that were liked
 * @param disliked sums over the others
 * @param loss mean over all answers, weighted
 * @param divergence KTO's z
 * @param gradNorm norm of the gradient of the mean loss before clipping; 0 in an evaluation
 * @param learningRate of the update; 0 in an evaluation
 * @param tokens of the answers and their own prompts, padding not counted
 */
public record SinglesMetrics(
        Side liked, Side disliked, double loss, double divergence, double gradNorm, double learningRate, long tokens)
        implements StepReport {

    /** Sums over answers with one label. */
    public record Side(int answers, double rewards, double logps) {
        static final Side EMPTY = new Side(0, 0, 0);

        private Side plus(double reward, double logp) {
            return new Side(answers + 1, rewards + reward, logps + logp);
        }
    }

    static SinglesMetrics empty(double divergence) {
        return new SinglesMetrics(Side.EMPTY, Side.EMPTY, 0, divergence, 0, 0, 0);
    }

    SinglesMetrics plus(SingleLogps logps, SingleLoss step, long stepTokens) {
        Side up = liked;
        Side down = disliked;
        double total = loss * (liked.answers + disliked.answers);
        for (int i = 0; i < logps.size(); i++) {
            total += step.losses()[i];
            if (logps.desirable()[i]) {
                up = up.plus(step.rewards()[i], logps.policyLogps()[i]);
            } else {
                down = down.plus(step.rewards()[i], logps.policyLogps()[i]);
            }
        }
        return new SinglesMetrics(up, down, total / (up.answers + down.answers), divergence, 0, 0, tokens + stepTokens);
    }

    SinglesMetrics withUpdate(double norm, double rate) {
        return new SinglesMetrics(liked, disliked, loss, divergence, norm, rate, tokens);
    }

    /** As TRL's KTO trainer names them; what there is no answer for is left out. */
    @Override
    public Map<String, Double> named() {
        Map<String, Double> named = new TreeMap<>();
        named.put("loss", loss);
        named.put("kl", divergence);
        named.put("grad_norm", gradNorm);
        named.put("count/chosen", (double) liked.answers);
        named.put("count/rejected", (double) disliked.answers);
        put(named, "chosen", liked);
        put(named, "rejected", disliked);
        if (liked.answers > 0 && disliked.answers > 0) {
            named.put("rewards/margins", liked.rewards / liked.answers - disliked.rewards / disliked.answers);
        }
        return named;
    }

    private static void put(Map<String, Double> named, String name, Side side) {
        if (side.answers > 0) {
            named.put("rewards/" + name, side.rewards / side.answers);
            named.put("logps/" + name, side.logps / side.answers);
        }
    }
}
