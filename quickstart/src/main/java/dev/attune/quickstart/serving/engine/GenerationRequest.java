package dev.attune.quickstart.serving.engine;

import java.util.Set;

/**
 * What to generate. The engine checks that it fits the model; see {@link Engine#submit}.
 *
 * @param prompt token ids, at least one
 * @param choices answers to draw
 * @param maxTokens most tokens of an answer; 0 computes the prompt only
 * @param sampling how tokens are drawn
 * @param endTokens tokens that end an answer; the token itself is part of it
 * @param stop ends an answer by its tokens so far
 * @param logprobs how many of the likeliest tokens to report at each generated position; {@link #NONE} for no log-probabilities
 * @param promptLogprobs the same for the prompt's positions
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GenerationRequest(
        int[] prompt,
        int choices,
        int maxTokens,
        SamplingParameters sampling,
        Set<Integer> endTokens,
        StopCondition stop,
        int logprobs,
        int promptLogprobs) {
    /** No log-probabilities. */
    public static final int NONE = -1;

    public GenerationRequest {
        prompt = prompt.clone();
        endTokens = Set.copyOf(endTokens);
        if (prompt.length == 0 || choices < 1 || maxTokens < 0) {
            throw new IllegalArgumentException(
                    "a request has a prompt, at least one choice, and no negative max_tokens");
        }
    }

    /** Decides by what was generated so far whether an answer is complete. Called after every token, on the worker's thread. */
    @FunctionalInterface
    public interface StopCondition {
        StopCondition NEVER = (tokens, count) -> false;

        /**
         * Whether the answer is complete.
         *
         * @param tokens the answer's tokens are the first {@code count} of these
         */
        boolean reached(int[] tokens, int count);
    }
}
