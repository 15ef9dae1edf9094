package dev.attune.quickstart.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes right answers in a given style. */
public final class AnswerWriter {
    private final SupportCorpus corpus;

    /** Writes with the given corpus's sentences. */
    public AnswerWriter(SupportCorpus corpus) {
        this.corpus = corpus;
    }

    /** A dialogue about the question in a style drawn with the corpus's weights. */
    public Dialogue answer(Question question, RandomGenerator random) {
        return new Dialogue(question, write(question, corpus.style().draw(random), random));
    }

    /** An answer in the given style. Numbered steps stand on lines of their own. */
    public String write(Question question, AnswerStyle style, RandomGenerator random) {
        Phrases phrases = corpus.phrases();
        List<String> before = new ArrayList<>(anyOf(phrases.of(style.opening()), random));
        List<String> after = anyOf(phrases.of(style.closing()), random);
        List<String> plain = corpus.plainSentences(question.intent()).toList();
        return switch (style.body()) {
            case TERSE -> sentences(question, Stream.of(before, plain.subList(0, 1), after));
            case PROSE -> sentences(question, Stream.of(before, plain, after));
            case STEPS -> {
                before.addAll(anyOf(phrases.of(style.introduction()), random));
                yield lines(
                        sentences(question, Stream.of(before)),
                        numbered(question),
                        sentences(question, Stream.of(after)));
            }
        };
    }

    /** One of the choices; none of none. */
    private static List<String> anyOf(List<String> choices, RandomGenerator random) {
        return choices.isEmpty() ? List.of() : List.of(Draw.any(choices, random));
    }

    private String numbered(Question question) {
        List<String> steps = corpus.stepSentences(question.intent()).toList();
        return IntStream.range(0, steps.size())
                .mapToObj(i -> (i + 1) + ". " + corpus.fill(steps.get(i), question.slots()))
                .collect(Collectors.joining("\n"));
    }

    private String sentences(Question question, Stream<List<String>> parts) {
        return parts.flatMap(List::stream)
                .map(sentence -> corpus.fill(sentence, question.slots()))
                .collect(Collectors.joining(" "));
    }

    private static String lines(String... blocks) {
        return Stream.of(blocks).filter(block -> !block.isEmpty()).collect(Collectors.joining("\n"));
    }
}
