package dev.attune.trainer.guard;

import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.learner.TrainingExample;
import dev.attune.trainer.learner.UpdateGate;
import dev.attune.trainer.optim.DivergedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A learner that asks the guards between gradient and update. */
public final class GuardedLearner {
    private final Learner<?, ?> learner;
    private final Guards guards;

    public GuardedLearner(Learner<?, ?> learner, Guards guards) {
        this.learner = learner;
        this.guards = guards;
    }

    /**
     * Takes a step, unless a guard speaks: then weights, moments and step count are as before.
     *
     * @param fresh examples that were not trained before: but for the gradient's norm, the guards look at these alone
     * @param replayed trained again beside them
     */
    public StepOutcome step(List<? extends TrainingExample> fresh, List<? extends TrainingExample> replayed) {
        Judgement judgement = new Judgement(fresh);
        try {
            StepReport metrics = learner.train(fresh, replayed, judgement);
            return judgement.outcome instanceof Applied || judgement.outcome == null
                    ? new Applied(metrics)
                    : judgement.outcome;
        } catch (DivergedException e) {
            return guards.notFinite(String.valueOf(e.getMessage()));
        }
    }

    private final class Judgement implements UpdateGate {
        private final List<? extends TrainingExample> fresh;
        private @Nullable StepOutcome outcome;

        private Judgement(List<? extends TrainingExample> fresh) {
            this.fresh = fresh;
        }

        @Override
        public boolean admits(StepReport metrics) {
            outcome = guards.judge(metrics, StepObservation.of(metrics, fresh));
            return outcome instanceof Applied;
        }
    }
}
