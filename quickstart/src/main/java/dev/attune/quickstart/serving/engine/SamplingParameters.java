package dev.attune.quickstart.serving.engine;

import org.jspecify.annotations.Nullable;

/**
 * How the next token is drawn.
 *
 * @param temperature logits are divided by it; 0 takes the most likely token
 * @param topP draws only among the most likely tokens whose probabilities add up to this, 0 (exclusive) to 1
 * @param seed makes the draws repeatable; choice i of a request draws with {@code seed + i}. Null: different each time
 */
public record SamplingParameters(
        double temperature, double topP, @Nullable Long seed) {
    public static final SamplingParameters GREEDY = new SamplingParameters(0, 1, null);

    public SamplingParameters {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must be 0 to 100, not " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top_p must be above 0 and at most 1, not " + topP);
        }
    }
}
