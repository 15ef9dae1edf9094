package dev.attune.ingest.replay;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What a replay has done so far. */
final class Tally {
    private final LongAdder rows = new LongAdder();
    private final LongAdder completions = new LongAdder();
    private final LongAdder feedback = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentSkipListMap<>();

    void row() {
        rows.increment();
    }

    void completion() {
        completions.increment();
    }

    void feedback() {
        feedback.increment();
    }

    /** Events that were not sent because a completion of their turn was refused. */
    void skipped(int events) {
        skipped.add(events);
    }

    /** True for the first refusal with this reason. */
    boolean refused(String reason) {
        LongAdder count = refused.computeIfAbsent(reason, name -> new LongAdder());
        count.increment();
        return count.sum() == 1;
    }

    Summary summary() {
        Map<String, Long> reasons = new TreeMap<>();
        refused.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new Summary(rows.sum(), completions.sum(), feedback.sum(), skipped.sum(), reasons);
    }

    /**
     * The numbers of a replay.
     *
     * @param completions acknowledged by the gateway
     * @param feedback acknowledged by the gateway
     * @param refused events that the gateway will never take, by its reason
     */
    record Summary(long rows, long completions, long feedback, long skipped, Map<String, Long> refused) {
        long events() {
            return completions + feedback;
        }

        long refusedInAll() {
            return refused.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
