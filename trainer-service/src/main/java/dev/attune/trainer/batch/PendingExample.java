package dev.attune.trainer.batch;

import dev.attune.trainer.learner.TrainingExample;
import java.time.Instant;
import java.util.List;

/**
 * The newest revision of a pair or of a single answer, waiting to be trained.
 *
 * @param tokens what the learner takes
 * @param eventIds the feedback behind it
 * @param firstEvidenceAt its oldest vote
 * @param lastEvidenceAt its newest vote
 * @param servedAt when its answers were served: before that there was no pair; the epoch: not said
 * @param source the record that it was read from
 * @param promptPosition where its prompt lies from 0 to 1, see {@link HeldOutRule}
 * @param arrivedNanos when its first revision came in, by {@link System#nanoTime()}
 */
public record PendingExample(
        ExampleKey key,
        long revision,
        Direction direction,
        TrainingExample tokens,
        List<String> eventIds,
        Instant firstEvidenceAt,
        Instant lastEvidenceAt,
        Instant servedAt,
        SourceRecord source,
        double promptPosition,
        long arrivedNanos) {

    public PendingExample {
        eventIds = List.copyOf(eventIds);
    }

    PendingExample arrivedAt(long nanos) {
        return new PendingExample(
                key,
                revision,
                direction,
                tokens,
                eventIds,
                firstEvidenceAt,
                lastEvidenceAt,
                servedAt,
                source,
                promptPosition,
                nanos);
    }
}
