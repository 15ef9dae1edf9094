package dev.attune.trainer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens of an answer that continue the tokens of its prompt.
 *
 * <p>While serving, the model sees the prompt's own tokens and goes on from there, so those must be a prefix of what it
 * is trained on. A tokenizer may merge across the boundary, though (a prompt's last letter with the answer's first
 * space), and then the tokens of the whole text do not begin with the prompt's. The answer's tokens are then taken from
 * behind something that does not merge with it: the end-of-sequence token, a newline or a full stop, whichever gives
 * back the text of the whole.
 */
public final class Continuation {
    private static final List<String> PLAIN_ANCHORS = List.of("\n", ".", "a");

    private final Tokenizer tokenizer;

    public Continuation(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * The tokens of {@code answer} after {@code prompt}.
     *
     * @param promptTokens tokens of {@code prompt} alone
     * @param addSpecialTokens as for the prompt
     */
    public int[] of(String prompt, int[] promptTokens, String answer, boolean addSpecialTokens) {
        if (answer.isEmpty()) {
            return new int[0];
        }
        int[] whole = tokenizer.encode(prompt + answer, addSpecialTokens);
        if (startsWith(whole, promptTokens)) {
            return Arrays.copyOfRange(whole, promptTokens.length, whole.length);
        }
        String wholeText = tokenizer.decode(whole);
        List<int[]> candidates = candidates(answer);
        for (int[] candidate : candidates) {
            if (tokenizer.decode(concatenate(promptTokens, candidate)).equals(wholeText)) {
                return candidate;
            }
        }
        // A tokenizer that loses text (characters that it does not know) cannot give it back either way.
        return candidates.getFirst();
    }

    private List<int[]> candidates(String answer) {
        List<int[]> candidates = new ArrayList<>();
        List<String> anchors = new ArrayList<>(List.of(tokenizer.endOfSequence()));
        anchors.addAll(PLAIN_ANCHORS);
        for (String anchor : anchors) {
            int[] before = tokenizer.encode(anchor, false);
            int[] both = tokenizer.encode(anchor + answer, false);
            if (startsWith(both, before)) {
                candidates.add(Arrays.copyOfRange(both, before.length, both.length));
            }
        }
        candidates.add(tokenizer.encode(answer, false));
        return candidates;
    }

    private static boolean startsWith(int[] tokens, int[] prefix) {
        return tokens.length >= prefix.length && Arrays.equals(tokens, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static int[] concatenate(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
