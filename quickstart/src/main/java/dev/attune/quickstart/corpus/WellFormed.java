package dev.attune.quickstart.corpus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges whether an answer is whole sentences of the corpus: slot phrases aside, every sentence is one that
 * {@link AnswerWriter} could write; numbered lines are steps and count 1, 2, 3 …; nothing is repeated; the text ends
 * with a whole sentence. A pure function of texts.
 */
public final class WellFormed {
    private final SupportCorpus corpus;
    private final GenericPhrases generics;
    private final Set<String> common;
    private final Map<String, Own> ownByIntent = new HashMap<>();
    private final Own all = new Own(new HashSet<>(), new HashSet<>());

    /** Sentences of an intent with generic phrases in their slots. */
    private record Own(Set<String> plain, Set<String> steps) {
        boolean has(Sentences.Sentence sentence) {
            return (sentence.number() > 0 ? steps : plain).contains(sentence.text());
        }
    }

    /**
     * What is known about an answer to a known question. Each level includes the one before.
     *
     * @param wellFormed made of the corpus's sentences
     * @param rightTopic and these belong to the question's intent, at least one of them
     * @param rightSlots and they name no product, order, city, name or date but the question's own
     */
    public record Verdict(boolean wellFormed, boolean rightTopic, boolean rightSlots) {}

    /** Knows the sentences of the given corpus. */
    public WellFormed(SupportCorpus corpus) {
        this.corpus = corpus;
        this.generics = new GenericPhrases(corpus);
        this.common = corpus.phrases().all().map(this::generic).collect(Collectors.toSet());
        for (Intent intent : corpus.intents()) {
            Own own = new Own(generics(corpus.plainSentences(intent)), generics(corpus.stepSentences(intent)));
            ownByIntent.put(intent.id(), own);
            all.plain().addAll(own.plain());
            all.steps().addAll(own.steps());
        }
        all.plain().addAll(common);
    }

    /** Whether the answer is well-formed, whatever the question. */
    public boolean isWellFormed(String answer) {
        List<Sentences.Sentence> sentences = genericSentences(answer);
        Set<String> seen = new HashSet<>();
        int steps = 0;
        for (Sentences.Sentence sentence : sentences) {
            if (!all.has(sentence) || !seen.add(sentence.text())) {
                return false;
            }
            if (sentence.number() > 0 && sentence.number() != ++steps) {
                return false;
            }
        }
        return steps != 1; // a list of one is a list that broke off
    }

    /** Judges an answer to a question of this corpus. */
    public Verdict judge(Question question, String answer) {
        boolean wellFormed = isWellFormed(answer);
        boolean rightTopic = wellFormed && isOn(question.intent(), answer);
        return new Verdict(wellFormed, rightTopic, rightTopic && namesRightPhrases(question, answer));
    }

    private boolean isOn(Intent intent, String answer) {
        Own own = ownByIntent.getOrDefault(intent.id(), all);
        List<Sentences.Sentence> sentences = genericSentences(answer);
        return sentences.stream().anyMatch(own::has)
                && sentences.stream().allMatch(sentence -> own.has(sentence) || common.contains(sentence.text()));
    }

    /** With its own phrases made generic, nothing specific is left. */
    private boolean namesRightPhrases(Question question, String answer) {
        GenericPhrases own = new GenericPhrases(corpus, question.slots());
        return Sentences.of(answer).stream()
                .map(Sentences.Sentence::text)
                .allMatch(sentence -> own.in(sentence).equals(generics.in(sentence)));
    }

    private List<Sentences.Sentence> genericSentences(String answer) {
        return Sentences.of(answer).stream()
                .map(sentence -> new Sentences.Sentence(sentence.number(), generics.in(sentence.text())))
                .toList();
    }

    private Set<String> generics(Stream<String> templates) {
        return templates.map(this::generic).collect(Collectors.toSet());
    }

    private String generic(String template) {
        return corpus.fill(template, Map.of());
    }
}
