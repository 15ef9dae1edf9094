package dev.attune.quickstart.bench;

import java.util.Collection;
import java.util.List;

/** Several measurements of one thing. */
public record Spread(double median, double least, double most) {
    public static Spread of(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
