package dev.attune.quickstart.corpus;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sentences that belong to no intent, by the part of the answer that they make. */
record Phrases(
        Map<AnswerStyle.Opening, List<String>> opening,
        Map<AnswerStyle.Introduction, List<String>> introduction,
        Map<AnswerStyle.Closing, List<String>> closing) {

    /** The choices for an opening; none for {@code NONE}. */
    List<String> of(AnswerStyle.Opening part) {
        return opening.getOrDefault(part, List.of());
    }

    /** The choices for an introduction; none for {@code NONE}. */
    List<String> of(AnswerStyle.Introduction part) {
        return introduction.getOrDefault(part, List.of());
    }

    /** The choices for a closing; none for {@code NONE}. */
    List<String> of(AnswerStyle.Closing part) {
        return closing.getOrDefault(part, List.of());
    }

    Stream<String> all() {
        return Stream.of(opening, introduction, closing)
                .flatMap(group -> group.values().stream())
                .flatMap(List::stream);
    }

    /** Sentences that say nothing to the point. */
    Stream<String> rambling() {
        return Stream.of(of(AnswerStyle.Opening.RAMBLE), of(AnswerStyle.Closing.RAMBLE))
                .flatMap(List::stream);
    }
}
