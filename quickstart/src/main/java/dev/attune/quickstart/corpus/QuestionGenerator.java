package dev.attune.quickstart.corpus;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes questions. The same state of the random generator gives the same question. */
public final class QuestionGenerator {
    private final SupportCorpus corpus;
    private final double inventedShare;

    /** Draws from the given corpus. */
    public QuestionGenerator(SupportCorpus corpus) {
        this(corpus, 0);
    }

    /**
     * Draws from the given corpus, and at times a meaningless word in place of a product, a city or a name. Such a word
     * is not among the question's slots, so a right answer uses the generic phrase: it teaches a model what to say
     * when it does not know a word.
     *
     * @param inventedShare how often, from 0 to 1
     */
    public QuestionGenerator(SupportCorpus corpus, double inventedShare) {
        this.corpus = corpus;
        this.inventedShare = inventedShare;
    }

    /** A question about any intent. */
    public Question next(Split split, RandomGenerator random) {
        Intent intent = Draw.any(corpus.intents(), random);
        String greeting = Draw.any(corpus.greetings(), random);
        String wording = Draw.any(split.heldOutParaphrases() ? intent.heldOut() : intent.questions(), random);
        Map<Slot, String> asked = new EnumMap<>(Slot.class);
        Map<Slot, String> known = new EnumMap<>(Slot.class);
        corpus.slots().forEach((slot, values) -> {
            String phrase = values.draw(random, split.heldOutValues());
            boolean invent = values.numbers() == null && random.nextDouble() < inventedShare;
            if (slot.isIn(greeting) || slot.isIn(wording)) {
                asked.put(slot, invent ? InventedWords.like(phrase, random) : phrase);
                if (!invent) {
                    known.put(slot, phrase);
                }
            }
        });
        String start = greeting.isEmpty() ? "" : corpus.fill(greeting, asked);
        return new Question(intent, known, start + corpus.fill(wording, asked), split);
    }
}
