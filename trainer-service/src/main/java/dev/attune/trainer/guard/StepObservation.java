package dev.attune.trainer.guard;

import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.learner.TrainingPair;
import java.util.List;

/**
 * What the guards keep of a step.
 *
 * @param kl to the anchor, in nats an answer
 * @param chosenLogRatio log-probability of the chosen answers under the policy less that under the anchor, in nats a token
 * @param chosenTokens mean length of the chosen answers
 * @param rejectedTokens mean length of the rejected answers
 */
public record StepObservation(double kl, double chosenLogRatio, double chosenTokens, double rejectedTokens) {

    static StepObservation of(StepMetrics metrics, List<TrainingPair> pairs) {
        double chosen = pairs.stream()
                .mapToInt(pair -> pair.chosenTokens().length)
                .average()
                .orElseThrow();
        double rejected = pairs.stream()
                .mapToInt(pair -> pair.rejectedTokens().length)
                .average()
                .orElseThrow();
        return new StepObservation(metrics.kl(), metrics.chosenLogRatio() / chosen, chosen, rejected);
    }
}
