package dev.attune.quickstart.corpus;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Random choices. The same generator state gives the same choice. */
final class Draw {
    private Draw() {}

    static <T> T any(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Draws a key with the probability that is its weight's share of all weights. */
    static <T> T weighted(Map<T, Double> weights, RandomGenerator random) {
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        double left = random.nextDouble() * total;
        for (Map.Entry<T, Double> choice : weights.entrySet()) {
            left -= choice.getValue();
            if (left < 0) {
                return choice.getKey();
            }
        }
        return weights.keySet().iterator().next(); // rounding at the very end of the range
    }
}
