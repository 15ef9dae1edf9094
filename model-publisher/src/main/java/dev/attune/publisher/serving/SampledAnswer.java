package dev.attune.publisher.serving;

import java.util.List;

/**
 * An answer that a model gave to a prompt.
 *
 * @param promptTokens the rendered prompt, token ids
 * @param tokens the answer, token ids, its end token included where one was sampled
 * @param logps log-probability of each of {@code tokens} when it was sampled, in nats; as many as tokens
 * @param text the answer
 * @param finishReason {@code stop} or {@code length}
 */
public record SampledAnswer(
        List<Integer> promptTokens, List<Integer> tokens, List<Double> logps, String text, String finishReason) {

    public SampledAnswer {
        promptTokens = List.copyOf(promptTokens);
        tokens = List.copyOf(tokens);
        logps = List.copyOf(logps);
    }
}
