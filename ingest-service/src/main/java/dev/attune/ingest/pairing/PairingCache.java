package dev.attune.ingest.pairing;

import dev.attune.events.state.PromptAgenda;
import dev.attune.events.state.PromptPending;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.state.ObjectCache;

/** What pairing keeps decoded between two events, and about how many bytes each of it takes. */
final class PairingCache {
    private static final int OBJECT_BYTES = 100;
    /** With ids of the usual length, as all of these. */
    private static final int VOTE_BYTES = 400;

    private static final int PAIR_BYTES = 800;

    /** A popular prompt has hundreds of rows, and reading them back is what costs most. */
    private static final int PROMPTS_WEIGHT = 8;
    /** Events of a turn come within seconds: of those from before nobody asks. */
    private static final int TURNS_WEIGHT = 4;

    private static final int SMALL_WEIGHT = 1;

    private static final ObjectCache NOTHING = new ObjectCache(0);

    private final ObjectCache objects;

    PairingCache(long bytes) {
        this.objects = new ObjectCache(bytes);
    }

    /** For rows that nobody reads one by one. */
    <V> ObjectCache.Section<V> none() {
        return NOTHING.section(row -> OBJECT_BYTES, SMALL_WEIGHT);
    }

    ObjectCache.Section<TurnMemory> turns() {
        return objects.section(
                turn -> OBJECT_BYTES
                        + VOTE_BYTES * turn.opinionCount()
                        + OBJECT_BYTES * (turn.seenCount() + turn.retracted().size())
                        + OBJECT_BYTES * turn.completions().size(),
                TURNS_WEIGHT);
    }

    ObjectCache.Section<PromptAgenda> agendas() {
        return objects.section(agenda -> OBJECT_BYTES, SMALL_WEIGHT);
    }

    ObjectCache.Section<PromptPending> pending() {
        return objects.section(pending -> OBJECT_BYTES, SMALL_WEIGHT);
    }

    ObjectCache.Section<PromptRows> prompts() {
        return objects.section(
                rows -> OBJECT_BYTES
                        + VOTE_BYTES * rows.answers().size()
                        + PAIR_BYTES * (rows.pairs().size() + rows.singles().size()),
                PROMPTS_WEIGHT);
    }
}
