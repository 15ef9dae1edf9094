package dev.attune.trainer.guard;

import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.learner.UpdateGate;
import dev.attune.trainer.optim.DivergedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A learner that asks the guards between gradient and update. */
public final class GuardedLearner {
    private final DpoLearner learner;
    private final Guards guards;

    public GuardedLearner(DpoLearner learner, Guards guards) {
        this.learner = learner;
        this.guards = guards;
    }

    /**
     * Takes a step, unless a guard speaks: then weights, moments and step count are as before.
     *
     * @param pairs that were not trained before: but for the gradient's norm, the guards look at these alone
     * @param replayed trained again beside them
     */
    public StepOutcome step(List<TrainingPair> pairs, List<TrainingPair> replayed) {
        Judgement judgement = new Judgement(pairs);
        try {
            StepMetrics metrics = learner.train(pairs, replayed, judgement);
            return judgement.outcome instanceof Applied || judgement.outcome == null
                    ? new Applied(metrics)
                    : judgement.outcome;
        } catch (DivergedException e) {
            return guards.notFinite(String.valueOf(e.getMessage()));
        }
    }

    private final class Judgement implements UpdateGate {
        private final List<TrainingPair> pairs;
        private @Nullable StepOutcome outcome;

        private Judgement(List<TrainingPair> pairs) {
            this.pairs = pairs;
        }

        @Override
        public boolean admits(StepMetrics metrics) {
            outcome = guards.judge(metrics, StepObservation.of(metrics, pairs));
            return outcome instanceof Applied;
        }
    }
}
