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
import dev.attune.trainer.batch.SourceRecord;
import dev.attune.trainer.batch.TrainedPairs;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.DivergedCheckpointException;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.metrics.TrainerMetrics;
import dev.attune.trainer.optim.DivergedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop: poll, batch, step, checkpoint. One thread runs it; {@link #stop()} may be called from any. */
final class OnlineTrainer {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineTrainer.class);
    /** Bounds how long a stop waits. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final PairSource source;
    private final PairInbox inbox;
    private final PendingPairs pending;
    private final TrainedPairs trained;
    private final MicroBatches batches;
    private final DpoLearner learner;
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
            TrainedPairs trained,
            MicroBatches batches,
            DpoLearner learner,
            Checkpointer checkpointer,
            CheckpointCadence cadence,
            DeadLetterSink deadLetters,
            TrainerMetrics metrics) {
        this.source = source;
        this.inbox = inbox;
        this.pending = pending;
        this.trained = trained;
        this.batches = batches;
        this.learner = learner;
        this.checkpointer = checkpointer;
        this.cadence = cadence;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    /** Trains until it is stopped; then the step in hand is finished, and a checkpoint taken if there is reason to. */
    void run() throws IOException {
        while (!stopping) {
            readOn();
            while (isStepDue()) {
                step(batches.take());
                if (cadence.isDue(checkpointer.stepsSinceLast(), false, System.nanoTime())) {
                    checkpoint();
                }
            }
            if (cadence.isDue(checkpointer.stepsSinceLast(), true, System.nanoTime())) {
                checkpoint();
            }
        }
        if (checkpointer.stepsSinceLast() > 0) {
            checkpoint();
        }
        LOG.info("stopped at step {}; {} pairs wait for the next start", learner.step(), pending.size());
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
        return !stopping && caughtUp && batches.isDue(System.nanoTime());
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

    private void step(List<PendingPair> batch) {
        long began = System.nanoTime();
        try {
            // The learner's figures are from before its update: they show how it does on pairs that it has not seen.
            StepMetrics figures =
                    learner.train(batch.stream().map(PendingPair::tokens).toList());
            checkpointer.stepTaken(batch, figures);
            cadence.stepTaken(System.nanoTime());
            report(batch, figures, Duration.ofNanos(System.nanoTime() - began));
        } catch (DivergedException e) {
            LOG.error("a batch of {} pairs is skipped, its pairs are dead letters: {}", batch.size(), e.getMessage());
            metrics.batchSkipped();
            batch.forEach(pair -> trained.settled(pair.key(), pair.revision()));
            setAside(batch.stream()
                    .map(pair -> new SetAside(
                            pair.source(), DeadLetterReason.NOT_FINITE, "its step was skipped: " + e.getMessage()))
                    .toList());
        }
    }

    private void report(List<PendingPair> batch, StepMetrics figures, Duration time) {
        metrics.step(learner.step(), figures, time);
        metrics.pending(pending.size());
        Instant now = Instant.now();
        batch.forEach(pair -> metrics.pairTrained(Duration.between(pair.lastEvidenceAt(), now)));
        LOG.info(String.format(
                Locale.ROOT,
                "step %d: %d pairs, loss %.4f, margin %.3f, accuracy %.2f, kl %.3f, gradient %.3f, %d ms; %d wait",
                learner.step(),
                figures.pairs(),
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
        for (SetAside one : records) {
            metrics.deadLetter(one.reason());
            LOG.warn(
                    "{}-{} offset {} is a dead letter: {}: {}",
                    one.source().topic(),
                    one.source().partition(),
                    one.source().offset(),
                    one.reason().tag(),
                    one.detail());
        }
    }

    private void checkpoint() throws IOException {
        long began = System.nanoTime();
        int steps = checkpointer.stepsSinceLast();
        Map<Integer, Long> positions = source.positions();
        try {
            CheckpointCommitted committed = checkpointer.take(pending.resumeOffsets(positions), positions);
            Duration time = Duration.ofNanos(System.nanoTime() - began);
            metrics.checkpoint(committed.getStep(), time);
            LOG.info(
                    "checkpoint {}: {} steps and {} pairs since {}, {} ms",
                    committed.getVersion(),
                    steps,
                    committed.getPairs(),
                    committed.getParent() == null ? "the base" : committed.getParent(),
                    time.toMillis());
        } catch (DivergedCheckpointException e) {
            LOG.error("no checkpoint is taken, the last one stands: {}", e.getMessage());
        }
        cadence.tried(checkpointer.stepsSinceLast());
    }
}
