package dev.attune.trainer.learner;

import dev.attune.trainer.model.TokenSequence;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A judged answer without a partner, as tokens.
 *
 * @param id names it in lineage and errors
 * @param promptTokens what the answer continues; at least one token
 * @param answerTokens with the end-of-sequence token; at least one token
 * @param desirable whether it was liked
 * @param strength probability that this label is right: above 0, at most 1
 */
@SuppressWarnings("ArrayRecordComponent") // on the hot path, and never compared
public record TrainingSingle(String id, int[] promptTokens, int[] answerTokens, boolean desirable, double strength)
        implements TrainingExample {

    public TrainingSingle {
        if (promptTokens.length == 0 || answerTokens.length == 0) {
            throw new IllegalArgumentException("answer " + id + ": prompt and answer need at least one token each");
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "answer " + id + ": strength must be above 0 and at most 1, but is " + strength);
        }
    }

    @Override
    public Stream<int[]> liked() {
        return desirable ? Stream.of(answerTokens) : Stream.empty();
    }

    @Override
    public Stream<int[]> disliked() {
        return desirable ? Stream.empty() : Stream.of(answerTokens);
    }

    TokenSequence sequence() {
        return after(promptTokens, Integer.MAX_VALUE);
    }

    /**
     * The answer after another's prompt, of which the end is kept where both are too long.
     *
     * @param maxTokens of the whole, above the answer's
     */
    TokenSequence after(int[] prompt, int maxTokens) {
        int kept = Math.min(prompt.length, maxTokens - answerTokens.length);
        int[] end = Arrays.copyOfRange(prompt, prompt.length - kept, prompt.length);
        int[] tokens =
                IntStream.concat(IntStream.of(end), IntStream.of(answerTokens)).toArray();
        return new TokenSequence(tokens, kept);
    }

    int length() {
        return promptTokens.length + answerTokens.length;
    }
}
