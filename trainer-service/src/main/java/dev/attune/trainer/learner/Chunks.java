package dev.attune.trainer.learner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Splits a batch into passes that each keep to their limits. */
final class Chunks {
    private Chunks() {}

    /** Of pairs, which are two rows each. */
    static List<List<TrainingPair>> of(List<TrainingPair> pairs, PassLimits limits) {
        return of(pairs, TrainingPair::length, 2, limits);
    }

    /**
     * A batch that fits stays as it is; a larger one is sorted by length first, so that little is padded. The same
     * batch is always split in the same way.
     *
     * @param length tokens of an example's longest row
     * @param rows of an example
     */
    static <T> List<List<T>> of(List<T> examples, ToIntFunction<T> length, int rows, PassLimits limits) {
        int longest = examples.stream().mapToInt(length).max().orElse(0);
        if (fits(examples.size(), rows, longest, limits)) {
            return List.of(examples);
        }
        List<List<T>> chunks = new ArrayList<>();
        List<T> chunk = new ArrayList<>();
        List<T> byLength =
                examples.stream().sorted(Comparator.comparingInt(length)).toList();
        for (T example : byLength) {
            // Sorted: the new example is the longest so far.
            if (!chunk.isEmpty() && !fits(chunk.size() + 1, rows, length.applyAsInt(example), limits)) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
            }
            chunk.add(example);
        }
        chunks.add(chunk);
        return chunks;
    }

    private static boolean fits(int examples, int rows, int longest, PassLimits limits) {
        return examples <= limits.maxExamples() && (long) rows * examples * longest <= limits.maxTokens();
    }
}
