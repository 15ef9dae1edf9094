package dev.attune.trainer.guard;

import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.learner.TrainingExample;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the guards keep of a step. A step on single answers may have none of a kind; then there is no figure of it.
 *
 * @param kl to the anchor, in nats an answer
 * @param chosenLogRatio log-probability of the answers that are liked under the policy less that under the anchor, in nats a
 *     token; null without such answers
 * @param chosenTokens mean length of the answers that are liked; null without
 * @param rejectedTokens mean length of the others; null without
 */
public record StepObservation(
        double kl,
        @Nullable Double chosenLogRatio,
        @Nullable Double chosenTokens,
        @Nullable Double rejectedTokens) {

    static StepObservation of(StepReport report, List<? extends TrainingExample> examples) {
        Double chosen = meanLength(examples, TrainingExample::liked);
        return new StepObservation(
                report.kl(),
                chosen == null ? null : report.chosenLogRatio() / chosen,
                chosen,
                meanLength(examples, TrainingExample::disliked));
    }

    private static @Nullable Double meanLength(
            List<? extends TrainingExample> examples, Function<TrainingExample, Stream<int[]>> answers) {
        OptionalDouble mean = examples.stream()
                .flatMap(answers)
                .mapToInt(answer -> answer.length)
                .average();
        return mean.isPresent() ? Double.valueOf(mean.getAsDouble()) : null;
    }
}
