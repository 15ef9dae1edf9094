package dev.attune.trainer;

import dev.attune.trainer.batch.HeldOutSlice;
import dev.attune.trainer.guard.Guards;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.learner.TrainingExample;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the model does before a checkpoint, on the examples that it is never trained on. */
final class HeldOutEvaluation {
    private static final Logger LOG = LoggerFactory.getLogger(HeldOutEvaluation.class);

    private final HeldOutSlice slice;
    private final Learner<?, ?> learner;
    private final Guards guards;
    private final TrainerMetrics metrics;

    /**
     * @param figures as TRL names those of an evaluation; none while nothing is held out
     * @param halt why there must be no checkpoint
     */
    record Result(Map<String, Double> figures, Optional<Halted> halt) {}

    HeldOutEvaluation(HeldOutSlice slice, Learner<?, ?> learner, Guards guards, TrainerMetrics metrics) {
        this.slice = slice;
        this.learner = learner;
        this.guards = guards;
        this.metrics = metrics;
    }

    Result run() {
        List<TrainingExample> examples = slice.tokens();
        if (examples.isEmpty()) {
            return new Result(Map.of(), Optional.empty());
        }
        StepReport evaluation = learner.evaluateAgainstAnchor(examples);
        metrics.heldOut(evaluation);
        LOG.info(String.format(
                Locale.ROOT,
                "held out: %d examples, loss %.4f, margin %.3f, accuracy %.2f, kl %.3f",
                evaluation.examples(),
                evaluation.loss(),
                evaluation.rewardsMargins(),
                evaluation.rewardsAccuracies(),
                evaluation.kl()));
        return new Result(evaluation.namedAsEvaluation(), guards.judgeHeldOut(evaluation));
    }
}
