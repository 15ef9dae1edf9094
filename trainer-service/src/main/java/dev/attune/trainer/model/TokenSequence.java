package dev.attune.trainer.model;

/**
 * Tokens of which the last ones are scored.
 *
 * @param tokens token ids
 * @param scoredFrom index of the first token whose log-probability counts; at least 1, because nothing predicts the
 *     first token
 */
@SuppressWarnings("ArrayRecordComponent") // on the hot path, and never compared
public record TokenSequence(int[] tokens, int scoredFrom) {
    public TokenSequence {
        if (scoredFrom < 1 || scoredFrom >= tokens.length) {
            throw new IllegalArgumentException(
                    "the first scored token must be one of 1.." + (tokens.length - 1) + ", not " + scoredFrom);
        }
    }

    /** Number of tokens that are scored. */
    public int scored() {
        return tokens.length - scoredFrom;
    }
}
