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
public final class PendingExamples {
    private final Map<ExampleKey, PendingExample> pairs = new LinkedHashMap<>();
    private final int limit;
    private final HeldOutRule rule;
    private int trainable;

    /**
     * @param limit from this many on nothing more should be read; one poll may go beyond it
     * @param rule says which pairs are never trained
     */
    public PendingExamples(int limit, HeldOutRule rule) {
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
    public record Taken(List<PendingExample> batch, List<PendingExample> heldOut) {}

    /** True where an older revision was replaced: the new one takes over its place and age, so that votes delay nothing. */
    public boolean put(PendingExample pair) {
        PendingExample before = pairs.get(pair.key());
        PendingExample placed = before == null ? pair : pair.arrivedAt(before.arrivedNanos());
        count(before, -1);
        count(placed, 1);
        pairs.put(pair.key(), placed);
        return before != null;
    }

    /** True where the pair was waiting. */
    public boolean remove(ExampleKey key) {
        PendingExample removed = pairs.remove(key);
        count(removed, -1);
        return removed != null;
    }

    /** The revision that waits, or null. */
    public @Nullable PendingExample get(ExampleKey key) {
        return pairs.get(key);
    }

    /** Takes out the pairs that have waited longest, at most {@code count} to be trained. */
    public Taken take(int count) {
        List<PendingExample> batch = new ArrayList<>();
        List<PendingExample> heldOut = new ArrayList<>();
        for (PendingExample pair : pairs.values()) {
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
    public Taken take(List<ExampleKey> batch, List<ExampleKey> heldOut) {
        return new Taken(takeAll(batch), takeAll(heldOut));
    }

    private List<PendingExample> takeAll(List<ExampleKey> keys) {
        List<PendingExample> taken = new ArrayList<>(keys.size());
        for (ExampleKey key : keys) {
            PendingExample pair = pairs.get(key);
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
                .mapToLong(PendingExample::arrivedNanos)
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
                .map(PendingExample::servedAt)
                .filter(servedAt -> servedAt.isAfter(Instant.EPOCH))
                .min(Comparator.naturalOrder());
    }

    private boolean isHeldOut(PendingExample pair) {
        return rule.holdsOut(pair.promptPosition());
    }

    private void count(@Nullable PendingExample pair, int change) {
        if (pair != null && !isHeldOut(pair)) {
            trainable += change;
        }
    }
}
