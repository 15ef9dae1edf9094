package dev.attune.trainer.learner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Splits a batch into passes that each fit a number of tokens. */
final class Chunks {
    private Chunks() {}

    /**
     * A batch that fits stays as it is; a larger one is sorted by length first, so that little is padded. The same
     * batch is always split in the same way.
     *
     * @param maxTokens rows times the longest row, padding included, of a chunk of more than one pair
     */
    static List<List<TrainingPair>> of(List<TrainingPair> pairs, int maxTokens) {
        int longest = pairs.stream().mapToInt(TrainingPair::length).max().orElse(0);
        if (2L * pairs.size() * longest <= maxTokens) {
            return List.of(pairs);
        }
        List<List<TrainingPair>> chunks = new ArrayList<>();
        List<TrainingPair> chunk = new ArrayList<>();
        List<TrainingPair> byLength = pairs.stream()
                .sorted(Comparator.comparingInt(TrainingPair::length))
                .toList();
        for (TrainingPair pair : byLength) {
            // Sorted: the new pair is the longest so far.
            if (!chunk.isEmpty() && 2L * (chunk.size() + 1) * pair.length() > maxTokens) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
            }
            chunk.add(pair);
        }
        chunks.add(chunk);
        return chunks;
    }
}
