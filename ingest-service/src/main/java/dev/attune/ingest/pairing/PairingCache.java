package dev.attune.ingest.pairing;

import dev.attune.events.state.PromptAgenda;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.state.ObjectCache;

/**
 * What pairing keeps decoded between two events, and about how many bytes of the heap each of it takes, with ids of the usual length
 * of a UUID. An estimate that is too low costs more than memory: every collection copies what is kept.
 */
final class PairingCache {
    /** The key, the place in the cache, and a small object. */
    private static final int ENTRY_BYTES = 250;
    /** The lists and maps of a turn or a prompt. */
    private static final int COLLECTIONS_BYTES = 500;

    private static final int COMPLETION_BYTES = 550;
    private static final int OPINION_BYTES = 450;
    private static final int EVENT_ID_BYTES = 120;
    /** A judged answer with a verdict or two. */
    private static final int ANSWER_BYTES = 750;

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
        return NOTHING.section(row -> ENTRY_BYTES, SMALL_WEIGHT);
    }

    ObjectCache.Section<TurnMemory> turns() {
        return objects.section(
                turn -> ENTRY_BYTES
                        + COLLECTIONS_BYTES
                        + OPINION_BYTES * turn.opinionCount()
                        + EVENT_ID_BYTES * (turn.seenCount() + turn.retracted().size())
                        + COMPLETION_BYTES * turn.completions().size(),
                TURNS_WEIGHT);
    }

    ObjectCache.Section<PromptAgenda> agendas() {
        return objects.section(agenda -> ENTRY_BYTES, SMALL_WEIGHT);
    }

    ObjectCache.Section<PromptRows> prompts() {
        return objects.section(
                rows -> ENTRY_BYTES
                        + COLLECTIONS_BYTES
                        + ANSWER_BYTES * rows.answers().size()
                        + PAIR_BYTES * (rows.pairs().size() + rows.singles().size()),
                PROMPTS_WEIGHT);
    }
}
