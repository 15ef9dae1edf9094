package dev.attune.trainer;

import dev.attune.trainer.batch.DeadLetterReason;
import dev.attune.trainer.batch.DeadLetterSink.SetAside;
import dev.attune.trainer.batch.KeptExample;
import dev.attune.trainer.batch.PendingExample;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.batch.ReplayBuffer;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.control.KillSwitch;
import dev.attune.trainer.guard.GuardedLearner;
import dev.attune.trainer.guard.SkipReason;
import dev.attune.trainer.guard.StepOutcome;
import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.guard.StepOutcome.Skipped;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step on a batch, and what follows from its outcome. What it does depends on the batch and the state before it alone. */
final class TrainingStep {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingStep.class);

    private final Learner<?, ?> learner;
    private final GuardedLearner guarded;
    private final KillSwitch killSwitch;
    private final Checkpointer checkpointer;
    private final CheckpointCadence cadence;
    private final ReplayBuffer replay;
    private final PendingExamples pending;
    private final TrainerMetrics metrics;

    TrainingStep(
            Learner<?, ?> learner,
            GuardedLearner guarded,
            KillSwitch killSwitch,
            Checkpointer checkpointer,
            CheckpointCadence cadence,
            ReplayBuffer replay,
            PendingExamples pending,
            TrainerMetrics metrics) {
        this.learner = learner;
        this.guarded = guarded;
        this.killSwitch = killSwitch;
        this.checkpointer = checkpointer;
        this.cadence = cadence;
        this.replay = replay;
        this.pending = pending;
        this.metrics = metrics;
    }

    void take(PendingExamples.Taken taken) {
        checkpointer.heldOut(taken.heldOut());
        List<PendingExample> batch = taken.batch();
        long began = System.nanoTime();
        List<KeptExample> replayed = replay.draw(batch.size(), learner.step() + 1);
        StepOutcome outcome = guarded.step(
                batch.stream().map(PendingExample::tokens).toList(),
                replayed.stream().map(KeptExample::tokens).toList());
        switch (outcome) {
            case Applied(StepReport figures) -> {
                // The figures are from before the update: they show how it does on examples that it has not seen.
                checkpointer.stepTaken(batch, replayed, figures);
                cadence.stepTaken(System.nanoTime());
                report(batch, figures, Duration.ofNanos(System.nanoTime() - began));
            }
            case Skipped(SkipReason reason, String detail) -> skip(batch, reason, detail);
            case Halted halted -> killSwitch.halt(halted);
        }
    }

    private void skip(List<PendingExample> batch, SkipReason reason, String detail) {
        LOG.error("a batch of {} examples is skipped, they become dead letters: {}", batch.size(), detail);
        metrics.batchSkipped(reason);
        List<SetAside> records = batch.stream()
                .map(pair ->
                        new SetAside(pair.source(), DeadLetterReason.of(reason), "its step was skipped: " + detail))
                .toList();
        checkpointer.stepSkipped(batch, records);
        records.forEach(one -> ExampleIntake.report(one, metrics));
    }

    private void report(List<PendingExample> batch, StepReport figures, Duration time) {
        metrics.step(learner.step(), figures, time);
        metrics.pending(pending.size());
        Instant now = Instant.now();
        StepReport replayed = figures.replayed();
        batch.forEach(pair -> metrics.pairTrained(Duration.between(pair.lastEvidenceAt(), now)));
        LOG.info(String.format(
                Locale.ROOT,
                "step %d: %d examples and %d again, loss %.4f, margin %.3f, accuracy %.2f, kl %.3f, gradient %.3f, %d ms; %d wait",
                learner.step(),
                figures.examples(),
                replayed == null ? 0 : replayed.examples(),
                figures.loss(),
                figures.rewardsMargins(),
                figures.rewardsAccuracies(),
                figures.kl(),
                figures.gradNorm(),
                time.toMillis(),
                pending.size()));
    }
}
