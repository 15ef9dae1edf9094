package dev.attune.trainer.model;

import java.util.Arrays;
import java.util.List;

/**
 * Sequences side by side, padded on the right.
 *
 * <p>Padding costs time but changes nothing: attention is causal, and only {@code positions} are scored. Scored tokens
 * are in the order of the sequences, and within a sequence in the order of its tokens.
 *
 * @param rows number of sequences
 * @param length tokens in a row, padding included
 * @param tokens [rows * length] token ids, padding is 0
 * @param positions [scored] indices into {@code tokens} whose next token is scored
 * @param targets [scored] those next tokens
 * @param owners [scored] the row of each
 */
@SuppressWarnings("ArrayRecordComponent") // what goes into tensors, and never compared
public record TokenBatch(int rows, int length, long[] tokens, long[] positions, long[] targets, long[] owners) {

    public static TokenBatch of(List<TokenSequence> sequences) {
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("a batch needs at least one sequence");
        }
        int length = sequences.stream().mapToInt(s -> s.tokens().length).max().getAsInt();
        int scored = sequences.stream().mapToInt(TokenSequence::scored).sum();
        TokenBatch batch = new TokenBatch(
                sequences.size(),
                length,
                new long[Math.multiplyExact(sequences.size(), length)],
                new long[scored],
                new long[scored],
                new long[scored]);
        int next = 0;
        for (int row = 0; row < sequences.size(); row++) {
            next = batch.fill(row, sequences.get(row), next);
        }
        return batch;
    }

    private int fill(int row, TokenSequence sequence, int firstScored) {
        int start = row * length;
        for (int i = 0; i < sequence.tokens().length; i++) {
            tokens[start + i] = sequence.tokens()[i];
        }
        int next = firstScored;
        for (int i = sequence.scoredFrom(); i < sequence.tokens().length; i++, next++) {
            positions[next] = (long) start + i - 1;
            targets[next] = sequence.tokens()[i];
            owners[next] = row;
        }
        return next;
    }

    /** The greatest token id. */
    long largestToken() {
        return Arrays.stream(tokens).max().orElseThrow();
    }

    /** The smallest token id. */
    long smallestToken() {
        return Arrays.stream(tokens).min().orElseThrow();
    }
}
