package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.trainer.batch.DeadLetterReason;
import dev.attune.trainer.batch.DeadLetterSink;
import dev.attune.trainer.batch.DeadLetterSink.SetAside;
import dev.attune.trainer.batch.Intake;
import dev.attune.trainer.batch.MicroBatches;
import dev.attune.trainer.batch.PairInbox;
import dev.attune.trainer.batch.PairSource;
import dev.attune.trainer.batch.PendingPair;
import dev.attune.trainer.batch.PendingPairs;
import dev.attune.trainer.batch.ReplayBuffer;
import dev.attune.trainer.batch.ReplayPair;
import dev.attune.trainer.batch.SourceRecord;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.CheckpointCommits;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.DivergedCheckpointException;
import dev.attune.trainer.control.Halt;
import dev.attune.trainer.control.KillSwitch;
import dev.attune.trainer.guard.GuardedLearner;
import dev.attune.trainer.guard.Guards;
import dev.attune.trainer.guard.HaltReason;
import dev.attune.trainer.guard.SkipReason;
import dev.attune.trainer.guard.StepOutcome;
import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.guard.StepOutcome.Skipped;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final PairSource source;
    private final PairInbox inbox;
    private final PendingPairs pending;
    private final MicroBatches batches;
    private final ReplayBuffer replay;
    private final DpoLearner learner;
    private final Guards guards;
    private final GuardedLearner guarded;
    private final HeldOutEvaluation heldOut;
    private final KillSwitch killSwitch;
    private final CheckpointCommits commits;
    private final Checkpointer checkpointer;
    private final CheckpointCadence cadence;
    private final DeadLetterSink deadLetters;
    private final TrainerMetrics metrics;

    private volatile boolean stopping;
    private volatile boolean caughtUp;

    OnlineTrainer(
            PairSource source,
            PairInbox inbox,
            PendingPairs pending,
            MicroBatches batches,
            ReplayBuffer replay,
            DpoLearner learner,
            Guards guards,
            GuardedLearner guarded,
            HeldOutEvaluation heldOut,
            KillSwitch killSwitch,
            CheckpointCommits commits,
            Checkpointer checkpointer,
            CheckpointCadence cadence,
            DeadLetterSink deadLetters,
            TrainerMetrics metrics) {
        this.source = source;
        this.inbox = inbox;
        this.pending = pending;
        this.batches = batches;
        this.replay = replay;
        this.learner = learner;
        this.guards = guards;
        this.guarded = guarded;
        this.heldOut = heldOut;
        this.killSwitch = killSwitch;
        this.commits = commits;
        this.checkpointer = checkpointer;
        this.cadence = cadence;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
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

    /** Trains until it is stopped; then the step in hand is finished, and a checkpoint taken if there is reason to. */
    End run() throws IOException {
        while (!stopping) {
            listen(Duration.ZERO);
            if (killSwitch.isHalted()) {
                return awaitResume();
            }
            readOn();
            while (isStepDue()) {
                step(batches.take());
                if (cadence.isDue(checkpointer.stepsSinceLast(), false, System.nanoTime())) {
                    checkpoint();
                }
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

    private End awaitResume() {
        while (!stopping && killSwitch.isHalted()) {
            listen(LONGEST_WAIT);
        }
        return stopping ? End.STOPPED : End.RESUMED;
    }

    /** Does what people have said in the meantime. */
    private void listen(Duration wait) {
        killSwitch.poll(wait);
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
        return caughtUp;
    }

    private boolean isStepDue() {
        return !stopping && !killSwitch.isHalted() && caughtUp && batches.isDue(System.nanoTime());
    }

    private void readOn() {
        Duration wait = batches.untilDue(System.nanoTime());
        List<SourceRecord> records =
                source.poll(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT, !pending.isFull());
        List<SetAside> setAside = new ArrayList<>();
        for (SourceRecord record : records) {
            Intake intake = inbox.accept(record, System.nanoTime());
            metrics.intake(intake);
            if (intake instanceof Intake.Refused refused) {
                setAside.add(new SetAside(record, refused.reason(), refused.detail()));
            }
        }
        setAside(setAside);
        metrics.pending(pending.size());
        if (!caughtUp && (source.isCaughtUp() || pending.isFull())) {
            caughtUp = true;
            LOG.info("reading new pairs; {} wait from before", pending.size());
        }
    }

    private void step(PendingPairs.Taken taken) {
        checkpointer.heldOut(taken.heldOut());
        List<PendingPair> batch = taken.batch();
        long began = System.nanoTime();
        List<ReplayPair> replayed = replay.draw(batch.size(), learner.step() + 1);
        StepOutcome outcome = guarded.step(
                batch.stream().map(PendingPair::tokens).toList(),
                replayed.stream().map(ReplayPair::tokens).toList());
        switch (outcome) {
            case Applied(StepMetrics figures) -> {
                // The figures are from before the update: they show how it does on pairs that it has not seen.
                checkpointer.stepTaken(batch, replayed, figures);
                cadence.stepTaken(System.nanoTime());
                report(batch, figures, Duration.ofNanos(System.nanoTime() - began));
            }
            case Skipped(SkipReason reason, String detail) -> skip(batch, reason, detail);
            case Halted halted -> killSwitch.halt(halted);
        }
    }

    private void skip(List<PendingPair> batch, SkipReason reason, String detail) {
        LOG.error("a batch of {} pairs is skipped, its pairs become dead letters: {}", batch.size(), detail);
        metrics.batchSkipped(reason);
        List<SetAside> records = batch.stream()
                .map(pair ->
                        new SetAside(pair.source(), DeadLetterReason.of(reason), "its step was skipped: " + detail))
                .toList();
        checkpointer.stepSkipped(batch, records);
        records.forEach(this::report);
    }

    private void report(List<PendingPair> batch, StepMetrics figures, Duration time) {
        metrics.step(learner.step(), figures, time);
        metrics.pending(pending.size());
        Instant now = Instant.now();
        batch.forEach(pair -> metrics.pairTrained(Duration.between(pair.lastEvidenceAt(), now)));
        LOG.info(String.format(
                Locale.ROOT,
                "step %d: %d pairs and %d again, loss %.4f, margin %.3f, accuracy %.2f, kl %.3f, gradient %.3f, %d ms; %d wait",
                learner.step(),
                figures.pairs(),
                figures.replayed() == null ? 0 : figures.replayed().pairs(),
                figures.loss(),
                figures.rewardsMargins(),
                figures.rewardsAccuracies(),
                figures.kl(),
                figures.gradNorm(),
                time.toMillis(),
                pending.size()));
    }

    private void setAside(List<SetAside> records) {
        if (records.isEmpty()) {
            return;
        }
        deadLetters.write(records);
        records.forEach(this::report);
    }

    private void report(SetAside one) {
        metrics.deadLetter(one.reason());
        LOG.warn(
                "{}-{} offset {} is a dead letter: {}: {}",
                one.source().topic(),
                one.source().partition(),
                one.source().offset(),
                one.reason().tag(),
                one.detail());
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
        try {
            CheckpointCommitted committed = checkpointer.take(
                    pending.resumeOffsets(positions), positions, guards.state(), evaluation.figures());
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
