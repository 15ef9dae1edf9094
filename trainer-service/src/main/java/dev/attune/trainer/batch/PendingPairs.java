package dev.attune.trainer.batch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Pairs that wait, in order of arrival; of each only the newest revision. Those that are held out wait among the others. */
public final class PendingPairs {
    private final Map<PairKey, PendingPair> pairs = new LinkedHashMap<>();
    private final int limit;
    private final HeldOutRule rule;
    private int trainable;

    /**
     * @param limit from this many on nothing more should be read; one poll may go beyond it
     * @param rule says which pairs are never trained
     */
    public PendingPairs(int limit, HeldOutRule rule) {
        this.limit = limit;
        this.rule = rule;
    }

    /**
     * What is taken out at once.
     *
     * @param batch to be trained
     * @param heldOut came before the last of the batch and are not to be trained. Taken here rather than when they come
     *     in, so that what is held out after a step depends on the order of the pairs alone
     */
    public record Taken(List<PendingPair> batch, List<PendingPair> heldOut) {}

    /** True where an older revision was replaced: the new one takes over its place and age, so that votes delay nothing. */
    public boolean put(PendingPair pair) {
        PendingPair before = pairs.get(pair.key());
        PendingPair placed = before == null ? pair : pair.arrivedAt(before.arrivedNanos());
        count(before, -1);
        count(placed, 1);
        pairs.put(pair.key(), placed);
        return before != null;
    }

    /** True where the pair was waiting. */
    public boolean remove(PairKey key) {
        PendingPair removed = pairs.remove(key);
        count(removed, -1);
        return removed != null;
    }

    /** The revision that waits, or null. */
    public @Nullable PendingPair get(PairKey key) {
        return pairs.get(key);
    }

    /** Takes out the pairs that have waited longest, at most {@code count} to be trained. */
    public Taken take(int count) {
        List<PendingPair> batch = new ArrayList<>();
        List<PendingPair> heldOut = new ArrayList<>();
        for (PendingPair pair : pairs.values()) {
            if (batch.size() == Math.min(count, trainable)) {
                break;
            }
            (isHeldOut(pair) ? heldOut : batch).add(pair);
        }
        batch.forEach(pair -> remove(pair.key()));
        heldOut.forEach(pair -> remove(pair.key()));
        return new Taken(batch, heldOut);
    }

    /** Takes out these pairs, which wait. */
    public Taken take(List<PairKey> batch, List<PairKey> heldOut) {
        return new Taken(takeAll(batch), takeAll(heldOut));
    }

    private List<PendingPair> takeAll(List<PairKey> keys) {
        List<PendingPair> taken = new ArrayList<>(keys.size());
        for (PairKey key : keys) {
            PendingPair pair = pairs.get(key);
            if (pair == null) {
                throw new IllegalArgumentException(key + " does not wait");
            }
            taken.add(pair);
            remove(key);
        }
        return taken;
    }

    /** Of pairs to be trained. */
    public int trainable() {
        return trainable;
    }

    /** Of all that wait. */
    public int size() {
        return pairs.size();
    }

    public boolean isFull() {
        return trainable >= limit || pairs.size() >= 2L * limit;
    }

    /** When the pair to be trained that has waited longest came in. */
    public OptionalLong oldestArrivalNanos() {
        return pairs.values().stream()
                .filter(pair -> !isHeldOut(pair))
                .mapToLong(PendingPair::arrivedNanos)
                .findFirst();
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

    /** When the oldest of them was served, of those that say so. */
    public Optional<Instant> oldestServedAt() {
        return pairs.values().stream()
                .map(PendingPair::servedAt)
                .filter(servedAt -> servedAt.isAfter(Instant.EPOCH))
                .min(Comparator.naturalOrder());
    }

    private boolean isHeldOut(PendingPair pair) {
        return rule.holdsOut(pair.promptPosition());
    }

    private void count(@Nullable PendingPair pair, int change) {
        if (pair != null && !isHeldOut(pair)) {
            trainable += change;
        }
    }
}
