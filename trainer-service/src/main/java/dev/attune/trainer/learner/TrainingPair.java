package dev.attune.trainer.learner;

import dev.attune.trainer.model.TokenSequence;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A preference pair as tokens.
 *
 * @param pairId names the pair in lineage and errors
 * @param promptTokens what both answers continue; at least one token
 * @param chosenTokens the preferred answer with its end-of-sequence token; at least one token
 * @param rejectedTokens the other answer with its end-of-sequence token; at least one token
 * @param strength probability that the preference is right: above 0, at most 1
 */
@SuppressWarnings("ArrayRecordComponent") // on the hot path, and never compared
public record TrainingPair(String pairId, int[] promptTokens, int[] chosenTokens, int[] rejectedTokens, double strength)
        implements TrainingExample {

    public TrainingPair {
        if (promptTokens.length == 0 || chosenTokens.length == 0 || rejectedTokens.length == 0) {
            throw new IllegalArgumentException(
                    "pair " + pairId + ": prompt, chosen and rejected need at least one token each");
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "pair " + pairId + ": strength must be above 0 and at most 1, but is " + strength);
        }
    }

    @Override
    public String id() {
        return pairId;
    }

    @Override
    public Stream<int[]> liked() {
        return Stream.of(chosenTokens);
    }

    @Override
    public Stream<int[]> disliked() {
        return Stream.of(rejectedTokens);
    }

    TokenSequence chosen() {
        return new TokenSequence(concatenate(promptTokens, chosenTokens), promptTokens.length);
    }

    TokenSequence rejected() {
        return new TokenSequence(concatenate(promptTokens, rejectedTokens), promptTokens.length);
    }

    /** Tokens of the longer of the two sequences. */
    int length() {
        return promptTokens.length + Math.max(chosenTokens.length, rejectedTokens.length);
    }

    private static int[] concatenate(int[] first, int[] second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }
}
