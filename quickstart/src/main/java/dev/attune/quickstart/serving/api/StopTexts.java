package dev.attune.quickstart.serving.api;

import dev.attune.quickstart.serving.engine.GenerationRequest.StopCondition;
import java.util.Arrays;
import java.util.List;

/** Texts that end an answer where they first occur. */
record StopTexts(List<String> stops, TextCodec codec) {

    StopCondition condition() {
        return stops.isEmpty()
                ? StopCondition.NEVER
                : (tokens, count) -> firstOf(codec.decode(Arrays.copyOf(tokens, count))) >= 0;
    }

    /** Where the first of them begins, or -1. */
    private int firstOf(String text) {
        return stops.stream()
                .mapToInt(text::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
    }

    /** The text before the first of them. */
    String cut(String text) {
        int at = firstOf(text);
        return at < 0 ? text : text.substring(0, at);
    }

    /** The one that ended the text, the earliest. */
    String reached(String text) {
        int at = firstOf(text);
        return stops.stream()
                .filter(stop -> at >= 0 && text.startsWith(stop, at))
                .findFirst()
                .orElse("");
    }
}
