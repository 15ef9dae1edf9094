package dev.attune.trainer.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.LlamaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A model small enough to be differentiated numerically, and pairs for it. */
public final class SmallLlama {
    public static final LlamaConfig CONFIG = new LlamaConfig(61, 32, 48, 2, 4, 2, 8, 1e-5, 10_000, null, 64, true);

    /** So small that every parameter can be differentiated. */
    public static final LlamaConfig TINY = new LlamaConfig(13, 8, 12, 2, 2, 1, 4, 1e-5, 10_000, null, 32, true);

    /** As small, with an output matrix of its own. */
    public static final LlamaConfig TINY_UNTIED = new LlamaConfig(13, 8, 12, 2, 2, 1, 4, 1e-5, 10_000, null, 32, false);

    private SmallLlama() {}

    /** Random tokens: a prompt of 3 to 6, answers of 2 to 9. */
    public static List<TrainingPair> pairs(int count, long seed) {
        return pairs(CONFIG, count, seed);
    }

    /** The same in a model's vocabulary. */
    public static List<TrainingPair> pairs(LlamaConfig model, int count, long seed) {
        Random random = new Random(seed);
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new TrainingPair(
                    "pair-" + i,
                    tokens(model, random, 3 + random.nextInt(4)),
                    tokens(model, random, 2 + random.nextInt(8)),
                    tokens(model, random, 2 + random.nextInt(8)),
                    1));
        }
        return pairs;
    }

    private static int[] tokens(LlamaConfig model, Random random, int count) {
        return random.ints(count, 1, model.vocabularySize()).toArray();
    }

    /** Adds normal deviates to weights or factors, the same ones for the same seed. */
    public static void disturb(NDList parameters, double deviation, long seed) {
        Random random = new Random(seed);
        for (NDArray parameter : parameters) {
            float[] values = parameter.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (deviation * random.nextGaussian());
            }
            try (GradientMode _ = GradientMode.off()) {
                parameter.set(values);
            }
        }
    }
}
