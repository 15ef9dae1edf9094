package dev.attune.quickstart.pretrain;

import java.util.Arrays;
import java.util.List;

/** Tokens that are no text. Their ids are their ordinals: the first of the vocabulary. */
enum SpecialToken {
    PAD("<|pad|>"),
    USER("<|user|>"),
    ASSISTANT("<|assistant|>"),
    /** Ends an answer. */
    END("<|end|>");

    private final String text;

    SpecialToken(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    int id() {
        return ordinal();
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(SpecialToken::text).toList();
    }
}
