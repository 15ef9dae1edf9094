package dev.attune.quickstart.pretrain;

import dev.attune.quickstart.corpus.HiddenPreference;
import dev.attune.quickstart.corpus.Question;
import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.quickstart.corpus.WellFormed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Measures a model's answers with the corpus's judges. */
final class Evaluation {
    private static final long QUESTIONS_SEED = 0x5EED;

    private final QuestionGenerator questions;
    private final WellFormed wellFormed;
    private final HiddenPreference preference;

    /**
     * Shares of the answers, each from 0 to 1.
     *
     * @param wellFormed made of whole sentences of the corpus
     * @param rightTopic and about the question's topic
     * @param rightSlots and with the question's own phrases
     * @param liked pleasing the hidden preference: the win rate
     */
    record Figures(
            Split split,
            boolean sampled,
            int answers,
            double wellFormed,
            double rightTopic,
            double rightSlots,
            double liked) {}

    Evaluation(SupportCorpus corpus) {
        this.questions = new QuestionGenerator(corpus);
        this.wellFormed = new WellFormed(corpus);
        this.preference = new HiddenPreference(corpus);
    }

    /** Figures of every split, sampled and greedy; the questions are the same for every model. */
    List<Figures> measure(AnswerSampler sampler, int answers, long seed, Consumer<String> progress) {
        List<Figures> figures = new ArrayList<>();
        for (Split split : Split.values()) {
            SplittableRandom random = new SplittableRandom(QUESTIONS_SEED);
            List<Question> asked = Stream.generate(() -> questions.next(split, random))
                    .limit(answers)
                    .toList();
            List<String> texts = asked.stream().map(Question::text).toList();
            progress.accept("measuring: " + ModelCard.describe(split));
            figures.add(judge(split, true, asked, sampler.sample(texts, new SplittableRandom(seed))));
            figures.add(judge(split, false, asked, sampler.greedy(texts)));
        }
        return figures;
    }

    private Figures judge(Split split, boolean sampled, List<Question> asked, List<String> answers) {
        int whole = 0;
        int topic = 0;
        int slots = 0;
        int liked = 0;
        for (int i = 0; i < asked.size(); i++) {
            WellFormed.Verdict verdict = wellFormed.judge(asked.get(i), answers.get(i));
            whole += verdict.wellFormed() ? 1 : 0;
            topic += verdict.rightTopic() ? 1 : 0;
            slots += verdict.rightSlots() ? 1 : 0;
            liked += preference.likes(answers.get(i)) ? 1 : 0;
        }
        double n = asked.size();
        return new Figures(split, sampled, asked.size(), whole / n, topic / n, slots / n, liked / n);
    }
}
