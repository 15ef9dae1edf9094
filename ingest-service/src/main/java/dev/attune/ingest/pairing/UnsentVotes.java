package dev.attune.ingest.pairing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Record;

/**
 * On which completions the votes have changed since the last commit. What they have come to is sent once a commit: nobody
 * can read it before, and a turn is mostly judged within seconds.
 */
final class UnsentVotes {
    private final Map<String, OfTurn> turns = new LinkedHashMap<>();

    /**
     * What is to be sent of one turn.
     *
     * @param cause the newest record that changed it
     */
    record OfTurn(Record<String, ?> cause, SortedSet<String> completionIds) {}

    /** @param cause of the turn that is its key */
    void add(Record<String, ?> cause, SortedSet<String> completionIds) {
        if (completionIds.isEmpty()) {
            return;
        }
        OfTurn before = turns.get(cause.key());
        SortedSet<String> all = before == null ? new TreeSet<>() : before.completionIds();
        all.addAll(completionIds);
        turns.put(cause.key(), new OfTurn(cause, all));
    }

    /** What is there is taken: while it is sent, nothing is left of it here. */
    List<OfTurn> take() {
        List<OfTurn> taken = new ArrayList<>(turns.values());
        turns.clear();
        return taken;
    }
}
