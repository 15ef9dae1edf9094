package dev.attune.publisher.fake;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The adapters of a replica: what was loaded under which name, and what really answers under it. */
final class FakeAdapters {

    /** Strength by name, in the order of loading or of last use. */
    private final Map<String, Double> strengths = new LinkedHashMap<>();

    private final Set<String> used = new TreeSet<>();
    /** What the prefix cache was filled with, by name. */
    private final Map<String, Double> cached = new HashMap<>();

    private boolean cachesPrefixes;
    private int capacity = Integer.MAX_VALUE;

    synchronized void cachesPrefixes() {
        cachesPrefixes = true;
    }

    synchronized void holds(int most) {
        capacity = most;
    }

    synchronized boolean has(String name) {
        return strengths.containsKey(name);
    }

    synchronized Set<String> names() {
        return new TreeSet<>(strengths.keySet());
    }

    synchronized Set<String> usedNames() {
        Set<String> names = names();
        names.retainAll(used);
        return names;
    }

    synchronized void put(String name, double strength) {
        strengths.put(name, strength);
        while (strengths.size() > capacity) {
            strengths.remove(strengths.keySet().iterator().next());
        }
    }

    synchronized boolean remove(String name) {
        return strengths.remove(name) != null;
    }

    synchronized void clear() {
        strengths.clear();
        used.clear();
        cached.clear();
    }

    synchronized double firstOr(double strength) {
        return strengths.values().stream().findFirst().orElse(strength);
    }

    /** What answers under the name now; null where nothing does. */
    synchronized @Nullable Double use(String name) {
        Double strength = strengths.get(name);
        if (strength == null) {
            return null;
        }
        used.add(name);
        return cachesPrefixes ? cached.computeIfAbsent(name, key -> strength) : strength;
    }

    /** The first number of an adapter's B. */
    static double strength(Path adapter) throws IOException {
        CheckpointDirectory checkpoint = new CheckpointDirectory(adapter.getParent());
        PeftConfig.read(checkpoint.adapterConfig());
        return strengthOf(checkpoint.adapterWeights());
    }

    static double strengthOf(Path weights) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(weights)) {
            return tensors.floats(FakeCheckpoints.STRENGTH_TENSOR)[0];
        }
    }
}
