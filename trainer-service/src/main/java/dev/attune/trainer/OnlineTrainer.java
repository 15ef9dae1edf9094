package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.trainer.batch.BatchTrigger;
import dev.attune.trainer.batch.ExampleSource;
import dev.attune.trainer.batch.MicroBatches;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.CheckpointCommits;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.DivergedCheckpointException;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.control.Halt;
import dev.attune.trainer.control.KillSwitch;
import dev.attune.trainer.guard.Guards;
import dev.attune.trainer.guard.HaltReason;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.journal.BatchJournal;
import dev.attune.trainer.journal.JournalEntry;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: poll, batch, step, checkpoint. Guards speak between gradient and update and before a checkpoint; while the
 * trainer is halted nothing is read, trained or published. One thread runs it; {@link #stop()} may be called from any.
 */
final class OnlineTrainer {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineTrainer.class);
    /** Bounds how long a stop waits. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final ExampleSource source;
    private final ExampleIntake intake;
    private final PendingExamples pending;
    private final MicroBatches batches;
    private final BatchJournal journal;
    private final JournalReplay replay;
    private final TrainingStep training;
    private final ReleaseFollower releases;
    private final Learner<?, ?> learner;
    private final Guards guards;
    private final HeldOutEvaluation heldOut;
    private final KillSwitch killSwitch;
    private final CheckpointCommits commits;
    private final Checkpointer checkpointer;
    private final CheckpointCadence cadence;
    private final TrainerMetrics metrics;
    private final Milestone.Listener milestones;

    private volatile boolean stopping;

    OnlineTrainer(
            ExampleSource source,
            ExampleIntake intake,
            PendingExamples pending,
            MicroBatches batches,
            BatchJournal journal,
            JournalReplay replay,
            TrainingStep training,
            ReleaseFollower releases,
            Learner<?, ?> learner,
            Guards guards,
            HeldOutEvaluation heldOut,
            KillSwitch killSwitch,
            CheckpointCommits commits,
            Checkpointer checkpointer,
            CheckpointCadence cadence,
            TrainerMetrics metrics,
            Milestone.Listener milestones) {
        this.source = source;
        this.intake = intake;
        this.pending = pending;
        this.batches = batches;
        this.journal = journal;
        this.replay = replay;
        this.training = training;
        this.releases = releases;
        this.learner = learner;
        this.guards = guards;
        this.heldOut = heldOut;
        this.killSwitch = killSwitch;
        this.commits = commits;
        this.checkpointer = checkpointer;
        this.cadence = cadence;
        this.metrics = metrics;
        this.milestones = milestones;
    }

    /** How {@link #run()} ended. */
    enum End {
        /** It was asked to stop. */
        STOPPED,
        /**
         * It was halted, and a person lets it go on: from the last good checkpoint, since what came after it may be what
         * tripped the guard.
         */
        RESUMED
    }

    /**
     * Does again what the journal says, then trains until it is stopped; then the step in hand is finished, and a
     * checkpoint taken if there is reason to.
     */
    End run() throws IOException {
        if (!replay.run(this::mayGoOn) && !killSwitch.isHalted()) {
            // A checkpoint in the middle would begin the journal anew, and the rest of it would be lost.
            return End.STOPPED;
        }
        if (replay.endedInCheckpoint()) {
            checkpoint();
        } else {
            checkpointIfDue();
        }
        while (!stopping) {
            listen(Duration.ZERO);
            if (killSwitch.isHalted()) {
                return awaitResume();
            }
            readOn();
            while (isStepDue()) {
                step();
                checkpointIfDue();
                listen(Duration.ZERO);
            }
            if (cadence.isDue(checkpointer.stepsSinceLast(), true, System.nanoTime())) {
                checkpoint();
            }
        }
        if (checkpointer.stepsSinceLast() > 0) {
            checkpoint();
        }
        LOG.info("stopped at step {}; {} pairs wait for the next start", learner.step(), pending.size());
        return End.STOPPED;
    }

    private boolean mayGoOn() {
        listen(Duration.ZERO);
        return !stopping && !killSwitch.isHalted();
    }

    private End awaitResume() {
        while (!stopping && killSwitch.isHalted()) {
            listen(LONGEST_WAIT);
        }
        return stopping ? End.STOPPED : End.RESUMED;
    }

    /** Does what people have said in the meantime, and hears what the publisher says. */
    private void listen(Duration wait) {
        killSwitch.poll(wait);
        releases.listen();
        killSwitch
                .approvals()
                .forEach((version, by) -> commits.approve(version, by)
                        .ifPresent(approved -> LOG.info("version {} may be published: {} approved it", version, by)));
    }

    /** Why it does not train, if it does not. */
    Optional<Halt> halt() {
        return killSwitch.halt();
    }

    /** Ends {@link #run()} soon. */
    void stop() {
        stopping = true;
    }

    /** True once everything was read again that the checkpoint had seen. */
    boolean isCaughtUp() {
        return intake.isCaughtUp();
    }

    private boolean isStepDue() {
        return !stopping && !killSwitch.isHalted() && intake.isCaughtUp() && batches.isDue(System.nanoTime());
    }

    private void readOn() {
        Duration wait = batches.untilDue(System.nanoTime());
        intake.readOn(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
        milestones.passed(Milestone.POLLED);
    }

    /** The journal knows of a batch before the weights do, and of a release before the reference does. */
    private void step() throws IOException {
        releases.beforeStep();
        BatchTrigger trigger = batches.trigger();
        PendingExamples.Taken taken = batches.take();
        milestones.passed(Milestone.BATCH_TAKEN);
        journal.append(JournalEntry.Batch.of(learner.step() + 1, trigger, source.positions(), taken));
        milestones.passed(Milestone.BATCH_JOURNALLED);
        training.take(taken);
        milestones.passed(Milestone.STEP_TAKEN);
    }

    private void checkpointIfDue() throws IOException {
        if (cadence.isDue(checkpointer.stepsSinceLast(), false, System.nanoTime())) {
            checkpoint();
        }
    }

    private void checkpoint() throws IOException {
        if (killSwitch.isHalted()) {
            return;
        }
        long began = System.nanoTime();
        HeldOutEvaluation.Result evaluation = heldOut.run();
        if (evaluation.halt().isPresent()) {
            killSwitch.halt(evaluation.halt().get());
            return;
        }
        int steps = checkpointer.stepsSinceLast();
        Map<Integer, Long> positions = source.positions();
        journal.append(JournalEntry.Checkpoint.of(learner.step(), positions));
        milestones.passed(Milestone.CHECKPOINT_JOURNALLED);
        try {
            CheckpointCommitted committed = checkpointer.take(
                    pending.resumeOffsets(positions),
                    positions,
                    pending.oldestServedAt(),
                    guards.state(),
                    evaluation.figures());
            Duration time = Duration.ofNanos(System.nanoTime() - began);
            metrics.checkpoint(committed.getStep(), time);
            LOG.info(
                    "checkpoint {}: {} steps and {} pairs since {}, {} ms{}",
                    committed.getVersion(),
                    steps,
                    committed.getPairs(),
                    committed.getParent() == null ? "the base" : committed.getParent(),
                    time.toMillis(),
                    committed.getAwaitsApproval() ? "; it waits for approval" : "");
        } catch (DivergedCheckpointException e) {
            killSwitch.halt(new Halted(HaltReason.DIVERGED, e.getMessage()));
        }
        cadence.tried(checkpointer.stepsSinceLast());
    }
}
