package dev.attune.quickstart.pretrain;

import java.util.Arrays;
import java.util.List;

/** Tokens that are no text. Their ids are the first of the vocabulary. */
enum SpecialToken {
    PAD(0, "<|pad|>"),
    USER(1, "<|user|>"),
    ASSISTANT(2, "<|assistant|>"),
    /** Ends an answer. */
    END(3, "<|end|>");

    private final int id;
    private final String text;

    SpecialToken(int id, String text) {
        this.id = id;
        this.text = text;
    }

    String text() {
        return text;
    }

    int id() {
        return id;
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(SpecialToken::text).toList();
    }
}
