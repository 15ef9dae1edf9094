package dev.attune.quickstart.serving.api;

import dev.attune.trainer.model.Tokenizer;
import java.util.Arrays;
import java.util.Set;

/**
 * Text to tokens and back, with the tokenizer that the trainer uses: llama.cpp's own would have to agree with it in every case, and
 * has no equal for some models.
 */
public final class TextCodec {
    private final Tokenizer tokenizer;
    private final Set<Integer> specialTokens;
    /** Decoders drop the space before a text's first word; after this ordinary token they do not. */
    private final int[] anchor;

    private final String anchorText;

    /** @param specialTokens ids that stand for no text, such as the one that ends an answer */
    public TextCodec(Tokenizer tokenizer, Set<Integer> specialTokens) {
        this.tokenizer = tokenizer;
        this.specialTokens = Set.copyOf(specialTokens);
        this.anchor = tokenizer.encode("a", false);
        this.anchorText = tokenizer.decode(anchor);
    }

    int[] encode(String text, boolean addSpecialTokens) {
        return tokenizer.encode(text, addSpecialTokens);
    }

    /** The text of tokens, without the special ones. */
    String decode(int[] tokens) {
        return tokenizer.decode(
                Arrays.stream(tokens).filter(id -> !specialTokens.contains(id)).toArray());
    }

    /** What one token adds to a text; a special one by its name, an incomplete character as the replacement character. */
    String piece(int token) {
        int[] anchored = Arrays.copyOf(anchor, anchor.length + 1);
        anchored[anchor.length] = token;
        String text = tokenizer.decode(anchored);
        return text.startsWith(anchorText) ? text.substring(anchorText.length()) : tokenizer.decode(new int[] {token});
    }
}
