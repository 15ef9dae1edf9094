package dev.attune.trainer.batch;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Pairs that wait to be trained, in order of arrival; of each only the newest revision. */
public final class PendingPairs {
    private final Map<PairKey, PendingPair> pairs = new LinkedHashMap<>();
    private final int limit;

    /** @param limit from this many on nothing more should be read; one poll may go beyond it */
    public PendingPairs(int limit) {
        this.limit = limit;
    }

    /** True where an older revision was replaced: the new one takes over its place and age, so that votes delay nothing. */
    public boolean put(PendingPair pair) {
        PendingPair before = pairs.get(pair.key());
        pairs.put(pair.key(), before == null ? pair : pair.arrivedAt(before.arrivedNanos()));
        return before != null;
    }

    /** True where the pair was waiting. */
    public boolean remove(PairKey key) {
        return pairs.remove(key) != null;
    }

    /** The revision that waits, or null. */
    public @Nullable PendingPair get(PairKey key) {
        return pairs.get(key);
    }

    /** Takes out the pairs that have waited longest, at most {@code count}. */
    public List<PendingPair> take(int count) {
        List<PendingPair> taken = pairs.values().stream().limit(count).toList();
        taken.forEach(pair -> pairs.remove(pair.key()));
        return taken;
    }

    public int size() {
        return pairs.size();
    }

    public boolean isFull() {
        return pairs.size() >= limit;
    }

    /** When the pair that has waited longest came in. */
    public OptionalLong oldestArrivalNanos() {
        Iterator<PendingPair> oldestFirst = pairs.values().iterator();
        return oldestFirst.hasNext() ? OptionalLong.of(oldestFirst.next().arrivedNanos()) : OptionalLong.empty();
    }

    /**
     * Where reading has to begin again so that every waiting pair comes back.
     *
     * @param positions next offset to read, by partition
     * @return the lowest offset of a waiting pair, by partition; without one, the position
     */
    public Map<Integer, Long> resumeOffsets(Map<Integer, Long> positions) {
        Map<Integer, Long> offsets = new TreeMap<>(positions);
        pairs.values()
                .forEach(pair ->
                        offsets.merge(pair.source().partition(), pair.source().offset(), Math::min));
        return offsets;
    }
}
