package dev.attune.quickstart.serving.engine;

import java.util.List;

/**
 * What was generated.
 *
 * @param choices in the order in which they were asked for
 * @param promptLogprobs those of the prompt's tokens from the second on (the first has none); empty if not asked for
 */
public record Generation(List<Choice> choices, List<TokenLogprob> promptLogprobs) {
    public Generation {
        choices = List.copyOf(choices);
        promptLogprobs = List.copyOf(promptLogprobs);
    }

    /** Why an answer ended. */
    public enum FinishReason {
        /** The token limit. */
        LENGTH,
        /** A token that ends answers, which is its last one. */
        END_TOKEN,
        /** The request's stop condition. */
        STOP_CONDITION
    }

    /**
     * One answer.
     *
     * @param logprobs one for each token; empty if not asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Choice(int[] tokens, FinishReason finishReason, List<TokenLogprob> logprobs) {
        public Choice {
            logprobs = List.copyOf(logprobs);
        }
    }
}
