package dev.attune.trainer.batch;

import dev.attune.trainer.learner.TrainingExample;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pairs that are never trained, to be evaluated at every checkpoint: of all that were held out those whose prompts lie
 * lowest, at most so many. Which these are does not depend on the order in which they came, and once there are enough they
 * change rarely, so that one evaluation can be compared with the next.
 */
public final class HeldOutSlice {
    private static final Comparator<KeptExample> BY_POSITION =
            Comparator.comparingDouble(KeptExample::promptPosition).thenComparing(KeptExample::key);

    private final HeldOutRule rule;
    private final int limit;
    private final Map<ExampleKey, KeptExample> pairs = new TreeMap<>();

    /**
     * Goes on with a slice.
     *
     * @param restored what a checkpoint had; prompts that the rule no longer holds out are left out, since they are
     *     trained from now on
     */
    public HeldOutSlice(HeldOutRule rule, int limit, Collection<KeptExample> restored) {
        this.rule = rule;
        this.limit = limit;
        restored.forEach(this::add);
    }

    /** Takes in a pair, or its newer revision. */
    public void add(PendingExample pair) {
        add(KeptExample.of(pair));
    }

    private void add(KeptExample pair) {
        if (!rule.holdsOut(pair.promptPosition())) {
            return;
        }
        pairs.put(pair.key(), pair);
        if (pairs.size() > limit) {
            KeptExample highest = pairs.values().stream().max(BY_POSITION).orElseThrow();
            pairs.remove(highest.key());
        }
    }

    /** People no longer say it; true where it was there. */
    public boolean remove(ExampleKey key) {
        return pairs.remove(key) != null;
    }

    /** In the order of their keys. */
    public List<KeptExample> pairs() {
        return List.copyOf(pairs.values());
    }

    /** As the learner takes them, in the order of their keys. */
    public List<TrainingExample> tokens() {
        return pairs.values().stream().map(KeptExample::tokens).toList();
    }
}
