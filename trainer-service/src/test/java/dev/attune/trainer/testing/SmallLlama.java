package dev.attune.trainer.testing;

import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.model.LlamaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A model small enough to be differentiated numerically, and pairs for it. */
public final class SmallLlama {
    public static final LlamaConfig CONFIG = new LlamaConfig(61, 32, 48, 2, 4, 2, 8, 1e-5, 10_000, null, 64, true);

    private SmallLlama() {}

    /** Random tokens: a prompt of 3 to 6, answers of 2 to 9. */
    public static List<TrainingPair> pairs(int count, long seed) {
        Random random = new Random(seed);
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new TrainingPair(
                    "pair-" + i,
                    tokens(random, 3 + random.nextInt(4)),
                    tokens(random, 2 + random.nextInt(8)),
                    tokens(random, 2 + random.nextInt(8)),
                    1));
        }
        return pairs;
    }

    private static int[] tokens(Random random, int count) {
        return random.ints(count, 1, CONFIG.vocabularySize()).toArray();
    }
}
