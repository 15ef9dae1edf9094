package dev.attune.trainer;

import dev.attune.trainer.batch.ExampleKey;
import dev.attune.trainer.batch.ExampleSource;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.journal.BatchJournal;
import dev.attune.trainer.journal.JournalEntry;
import dev.attune.trainer.journal.JournalledExample;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does again, from the checkpoint on, what the journal says: reads as far as had been read before each batch, then takes
 * that batch. So the same records have been taken in before each step as the first time, and weights, moments and ledger
 * come out the same.
 */
final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final List<JournalEntry> entries;
    private final BatchJournal journal;
    private final ExampleSource source;
    private final ExampleIntake intake;
    private final PendingExamples pending;
    private final TrainingStep step;
    private final ReleaseFollower releases;
    private final TrainerMetrics metrics;
    private final Milestone.Listener milestones;
    private int done;
    private boolean checkpointUnfinished;

    /** @param entries that the journal begins with */
    JournalReplay(
            List<JournalEntry> entries,
            BatchJournal journal,
            ExampleSource source,
            ExampleIntake intake,
            PendingExamples pending,
            TrainingStep step,
            ReleaseFollower releases,
            TrainerMetrics metrics,
            Milestone.Listener milestones) {
        this.entries = List.copyOf(entries);
        this.journal = journal;
        this.source = source;
        this.intake = intake;
        this.pending = pending;
        this.step = step;
        this.releases = releases;
        this.metrics = metrics;
        this.milestones = milestones;
    }

    /**
     * Does it again, as far as the topic still has the pairs; what comes after a pair that is gone leaves the journal.
     *
     * @param mayGoOn asked between batches and while waiting for records
     * @return false: it was ended before its end, and the next start does it again from the beginning
     */
    boolean run(BooleanSupplier mayGoOn) throws IOException {
        if (!entries.isEmpty()) {
            LOG.info("doing {} entries of the journal again", entries.size());
        }
        for (JournalEntry entry : entries) {
            if (!mayGoOn.getAsBoolean()) {
                return false;
            }
            Optional<String> gone = switch (entry) {
                case JournalEntry.Batch batch -> replay(batch, mayGoOn);
                case JournalEntry.Checkpoint checkpoint -> readTo(checkpoint.positions(), mayGoOn);
                case JournalEntry.Release release -> releases.again(release.release());
            };
            checkpointUnfinished = gone.isEmpty() && entry instanceof JournalEntry.Checkpoint;
            if (gone.isPresent()) {
                cut(gone.get());
                return true;
            }
            done++;
        }
        return mayGoOn.getAsBoolean();
    }

    /** True where the last thing that was begun is a checkpoint: it is to be taken before anything else. */
    boolean endedInCheckpoint() {
        return checkpointUnfinished;
    }

    /** Returns what is missing, if something is. */
    private Optional<String> readTo(Map<Integer, Long> positions, BooleanSupplier mayGoOn) {
        if (!source.reaches(positions)) {
            return gone("offsets up to " + positions + ", by partition");
        }
        while (!source.isAt(positions) && mayGoOn.getAsBoolean()) {
            intake.readTowards(positions, LONGEST_WAIT);
        }
        return Optional.empty();
    }

    /** Returns what is missing, if something is. */
    private Optional<String> replay(JournalEntry.Batch batch, BooleanSupplier mayGoOn) {
        Optional<String> unreachable = readTo(batch.positions(), mayGoOn);
        if (unreachable.isPresent() || !source.isAt(batch.positions())) {
            return unreachable;
        }
        Optional<JournalledExample> missing = Stream.of(batch.pairs(), batch.heldOut())
                .flatMap(List::stream)
                .filter(pair -> !pair.means(pending.get(pair.key())))
                .findFirst();
        if (missing.isPresent()) {
            return missing.flatMap(pair -> gone("revision %d of pair %s at offset %d of partition %d"
                    .formatted(pair.revision(), pair.pairId(), pair.offset(), pair.partition())));
        }
        step.take(pending.take(keys(batch.pairs()), keys(batch.heldOut())));
        metrics.stepReplayed();
        milestones.passed(Milestone.STEP_REPLAYED);
        return Optional.empty();
    }

    private static Optional<String> gone(String what) {
        return Optional.of("the topic no longer gives " + what + " (retention, or settings that take other pairs)");
    }

    private void cut(String why) throws IOException {
        metrics.journalRefused();
        journal.beginAgain(entries.subList(0, done));
        LOG.error(
                "the journal cannot be done again to its end: {}."
                        + " {} of its {} entries were done again, training goes on with the pairs that there are",
                why,
                done,
                entries.size());
    }

    private static List<ExampleKey> keys(List<JournalledExample> pairs) {
        return pairs.stream().map(JournalledExample::key).toList();
    }
}
