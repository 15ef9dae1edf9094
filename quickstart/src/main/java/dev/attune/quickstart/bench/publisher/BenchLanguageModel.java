package dev.attune.quickstart.bench.publisher;

import java.util.ArrayList;
import java.util.List;

/**
 * Log-probabilities that a seed and the tokens decide: the checkpoint's probes and the replicas have the same, and two
 * seeds differ by far more than rounding.
 */
final class BenchLanguageModel {

    /** Of the base. */
    static final long BASE = 0;

    private BenchLanguageModel() {}

    /** @return of each of {@code tokens[1..]}, in nats, between -3 and -1 */
    static List<Double> logps(long seed, List<Integer> tokens) {
        List<Double> logps = new ArrayList<>(tokens.size() - 1);
        long state = mixed(seed);
        state = mixed(state ^ tokens.getFirst());
        for (int token : tokens.subList(1, tokens.size())) {
            state = mixed(state ^ token);
            logps.add(-1 - 2 * ((state >>> 11) * 0x1.0p-53));
        }
        return logps;
    }

    /** SplitMix64's finalizer (Steele, Lea and Flood 2014). */
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
