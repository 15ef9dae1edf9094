package dev.attune.trainer.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Past trained pairs, to be mixed into later steps: a reservoir (Vitter 1985, algorithm R), in which each pair that was
 * trained is with the same probability, however long ago that was. A pair is there once at most, and leaves when people no
 * longer say it; the place that it leaves is the next trained pair's.
 *
 * <p>All draws follow from {@link #state()}, the pairs and the step's number: a trainer that begins at a checkpoint makes
 * those of one that never stopped. Belongs to the training thread.
 */
public final class ReplayBuffer {
    private static final long PLACE = 1;
    private static final long DRAW = 2;
    private static final long TRIM = 3;

    private final double perFresh;
    private final int capacity;
    private final long seed;
    /** In their places. */
    private final List<KeptExample> pairs = new ArrayList<>();

    private final Map<ExampleKey, KeptExample> byKey = new HashMap<>();
    private long seen;

    /**
     * Goes on with a buffer.
     *
     * @param share of a step's pairs, 0 to below 1; 0: nothing is kept or drawn
     * @param rule prompts that it holds out are left out: they are not to be trained any more
     * @param restored what a checkpoint had, in its order
     */
    public ReplayBuffer(
            double share, int capacity, HeldOutRule rule, ReplayState state, Collection<KeptExample> restored) {
        this.perFresh = share / (1 - share);
        this.capacity = capacity;
        this.seed = state.seed();
        if (share == 0) {
            return;
        }
        this.seen = state.seen();
        restored.stream().filter(pair -> !rule.holdsOut(pair.promptPosition())).forEach(pairs::add);
        if (pairs.size() > capacity) {
            List<KeptExample> kept = sample(capacity, CountedRandom.of(seed, TRIM, seen));
            pairs.clear();
            pairs.addAll(kept);
        }
        pairs.forEach(pair -> byKey.put(pair.key(), pair));
    }

    /** A buffer that keeps nothing. */
    public static ReplayBuffer none() {
        return new ReplayBuffer(0, 1, new HeldOutRule(0), new ReplayState(0, 0), List.of());
    }

    /**
     * What a step trains beside its fresh pairs; none of them twice. How many there are comes to the configured share over
     * many steps, whatever the size of each.
     *
     * @param fresh pairs of the step that were not trained before
     * @param step its number; the same step is always given the same pairs
     */
    public List<KeptExample> draw(int fresh, long step) {
        long due = (long) Math.floor((seen + fresh) * perFresh) - (long) Math.floor(seen * perFresh);
        return sample((int) Math.min(due, pairs.size()), CountedRandom.of(seed, DRAW, step));
    }

    private List<KeptExample> sample(int count, CountedRandom random) {
        List<KeptExample> left = new ArrayList<>(pairs);
        for (int i = 0; i < count; i++) {
            int other = i + (int) random.below((long) left.size() - i);
            KeptExample drawn = left.get(other);
            left.set(other, left.get(i));
            left.set(i, drawn);
        }
        return List.copyOf(left.subList(0, count));
    }

    /** A fresh pair was trained. */
    public void add(PendingExample pair) {
        if (perFresh == 0) {
            return;
        }
        remove(pair.key());
        seen++;
        KeptExample added = KeptExample.of(pair);
        if (pairs.size() < capacity) {
            pairs.add(added);
            byKey.put(pair.key(), added);
            return;
        }
        long place = CountedRandom.of(seed, PLACE, seen).below(seen);
        if (place < capacity) {
            byKey.remove(pairs.set((int) place, added).key());
            byKey.put(pair.key(), added);
        }
    }

    /** People no longer say it. */
    public void remove(ExampleKey key) {
        @Nullable KeptExample removed = byKey.remove(key);
        if (removed != null) {
            pairs.remove(removed);
        }
    }

    /** People say it, in this direction; what is kept in the other leaves. */
    public void said(ExampleKey key, Direction direction) {
        @Nullable KeptExample kept = byKey.get(key);
        if (kept != null && kept.direction() != direction) {
            remove(key);
        }
    }

    /** In their places. */
    public List<KeptExample> pairs() {
        return List.copyOf(pairs);
    }

    public ReplayState state() {
        return new ReplayState(seed, seen);
    }
}
