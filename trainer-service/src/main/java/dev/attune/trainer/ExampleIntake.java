package dev.attune.trainer;

import dev.attune.trainer.batch.DeadLetterSink;
import dev.attune.trainer.batch.DeadLetterSink.SetAside;
import dev.attune.trainer.batch.ExampleInbox;
import dev.attune.trainer.batch.ExampleSource;
import dev.attune.trainer.batch.Intake;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.batch.SourceRecord;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the topic to the pairs that wait; what cannot be used becomes a dead letter. Belongs to the training thread. */
final class ExampleIntake {
    private static final Logger LOG = LoggerFactory.getLogger(ExampleIntake.class);

    private final ExampleSource source;
    private final ExampleInbox inbox;
    private final PendingExamples pending;
    private final DeadLetterSink deadLetters;
    private final TrainerMetrics metrics;
    private volatile boolean caughtUp;

    ExampleIntake(
            ExampleSource source,
            ExampleInbox inbox,
            PendingExamples pending,
            DeadLetterSink deadLetters,
            TrainerMetrics metrics) {
        this.source = source;
        this.inbox = inbox;
        this.pending = pending;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    /** Takes in what comes, while there is room; waits at most so long for it. */
    void readOn(Duration wait) {
        accept(source.poll(wait, !pending.isFull()));
        if (!caughtUp && (source.isCaughtUp() || pending.isFull())) {
            caughtUp = true;
            LOG.info("reading what is new; {} wait from before", pending.size());
        }
    }

    /** Takes in some of what lies before these positions, by partition. */
    void readTowards(Map<Integer, Long> positions, Duration wait) {
        accept(source.pollTo(positions, wait));
    }

    private void accept(List<SourceRecord> records) {
        List<SetAside> setAside = new ArrayList<>();
        for (SourceRecord record : records) {
            Intake intake = inbox.accept(record, System.nanoTime());
            metrics.intake(intake);
            if (intake instanceof Intake.Refused refused) {
                setAside.add(new SetAside(record, refused.reason(), refused.detail()));
            }
        }
        if (!setAside.isEmpty()) {
            deadLetters.write(setAside);
            setAside.forEach(one -> report(one, metrics));
        }
        metrics.pending(pending.size());
    }

    static void report(SetAside one, TrainerMetrics metrics) {
        metrics.deadLetter(one.reason());
        LOG.warn(
                "{}-{} offset {} is a dead letter: {}: {}",
                one.source().topic(),
                one.source().partition(),
                one.source().offset(),
                one.reason().tag(),
                one.detail());
    }

    /** True once everything was read again that the checkpoint had seen. */
    boolean isCaughtUp() {
        return caughtUp;
    }
}
