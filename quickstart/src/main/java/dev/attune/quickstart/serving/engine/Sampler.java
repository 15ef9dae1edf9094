package dev.attune.quickstart.serving.engine;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Draws tokens from logits. For one sequence, and one thread. */
final class Sampler {
    private static final RandomGeneratorFactory<RandomGenerator> RANDOM = RandomGeneratorFactory.of("L64X128MixRandom");

    private final SamplingParameters parameters;
    private final RandomGenerator random;

    /** @param choice which of a request's choices this draws for */
    Sampler(SamplingParameters parameters, int choice) {
        this.parameters = parameters;
        this.random = parameters.seed() == null ? RANDOM.create() : RANDOM.create(parameters.seed() + choice);
    }

    /**
     * @param logits [vocabulary]
     * @param scratch [vocabulary], overwritten
     */
    int draw(float[] logits, double[] scratch) {
        int likeliest = argmax(logits);
        if (parameters.temperature() == 0) {
            return likeliest;
        }
        // Weights relative to the likeliest token, so that nothing overflows.
        double total = 0;
        double inverse = 1 / parameters.temperature();
        for (int i = 0; i < logits.length; i++) {
            scratch[i] = Math.exp((logits[i] - logits[likeliest]) * inverse);
            total += scratch[i];
        }
        if (parameters.topP() < 1) {
            total = keepNucleus(scratch, parameters.topP() * total);
        }
        return pick(scratch, random.nextDouble() * total, likeliest);
    }

    /** The lowest id among the likeliest tokens. */
    static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    private static int pick(double[] weights, double target, int fallback) {
        double cumulative = 0;
        for (int i = 0; i < weights.length; i++) {
            cumulative += weights[i];
            if (target < cumulative) {
                return i;
            }
        }
        return fallback; // rounding left the target a hair above the sum
    }

    /**
     * Sets to zero all weights but the largest ones that together reach {@code mass}; returns what is left.
     *
     * @param weights [vocabulary]
     */
    private static double keepNucleus(double[] weights, double mass) {
        double[] sorted = weights.clone();
        Arrays.sort(sorted);
        int last = sorted.length;
        double reached = 0;
        while (last > 0 && reached < mass) {
            reached += sorted[--last];
        }
        double smallestKept = sorted[Math.min(last, sorted.length - 1)];
        double kept = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < smallestKept) {
                weights[i] = 0;
            }
            kept += weights[i];
        }
        return kept;
    }
}
