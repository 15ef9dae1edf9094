package dev.attune.trainer.journal;

import dev.attune.trainer.batch.ExampleKey;
import dev.attune.trainer.batch.PendingExample;
import org.jspecify.annotations.Nullable;

/**
 * A pair, or a single answer by its completion, as the journal names it: by where its record lies. Its words are in the topic alone.
 *
 * @param revision that was taken
 * @param direction 1 or -1, see {@link dev.attune.trainer.batch.Direction}
 * @param partition of the input topic
 */
public record JournalledExample(
        String tenant, String pairId, long revision, int direction, int partition, long offset) {

    static JournalledExample of(PendingExample pair) {
        return new JournalledExample(
                pair.key().tenant(),
                pair.key().pairId(),
                pair.revision(),
                pair.direction().sign(),
                pair.source().partition(),
                pair.source().offset());
    }

    public ExampleKey key() {
        return new ExampleKey(tenant, pairId);
    }

    /** True where this is the pair that is meant, in the revision that is meant. */
    public boolean means(@Nullable PendingExample waiting) {
        return waiting != null && of(waiting).equals(this);
    }
}
