package dev.attune.quickstart.corpus;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes questions. The same state of the random generator gives the same question. */
public final class QuestionGenerator {
    private final SupportCorpus corpus;

    /** Draws from the given corpus. */
    public QuestionGenerator(SupportCorpus corpus) {
        this.corpus = corpus;
    }

    /** A question about any intent. */
    public Question next(Split split, RandomGenerator random) {
        Intent intent = Draw.any(corpus.intents(), random);
        String greeting = Draw.any(corpus.greetings(), random);
        String wording = Draw.any(split.heldOutParaphrases() ? intent.heldOut() : intent.questions(), random);
        Map<Slot, String> phrases = new EnumMap<>(Slot.class);
        corpus.slots().forEach((slot, values) -> {
            String phrase = values.draw(random, split.heldOutValues());
            if (slot.isIn(greeting) || slot.isIn(wording)) {
                phrases.put(slot, phrase);
            }
        });
        String start = greeting.isEmpty() ? "" : corpus.fill(greeting, phrases);
        return new Question(intent, phrases, start + corpus.fill(wording, phrases), split);
    }
}
