package dev.attune.quickstart.demo;

import dev.attune.quickstart.corpus.HiddenPreference;
import dev.attune.quickstart.corpus.Question;
import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.quickstart.corpus.WellFormed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures a served model on held-out questions, through the serving HTTP API alone. */
final class Evaluator {
    private static final int AT_ONCE = 8;
    /** The estimate of the KL divergence needs fewer answers than the shares do, and two calls for each. */
    private static final int MOST_FOR_KL = 100;

    private static final int EXAMPLES = 6;

    private final ServingClient serving;
    private final HiddenPreference preference;
    private final WellFormed wellFormed;
    private final ServedModel base;
    private final List<Question> questions = new ArrayList<>();

    /** @param count held-out questions, drawn once, so that every version answers the same ones */
    Evaluator(ServingClient serving, SupportCorpus corpus, ServedModel base, int count, long seed) {
        this.serving = serving;
        this.preference = new HiddenPreference(corpus);
        this.wellFormed = new WellFormed(corpus);
        this.base = base;
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
        QuestionGenerator generator = new QuestionGenerator(corpus);
        for (int i = 0; i < count; i++) {
            questions.add(generator.next(Split.HELD_OUT, random));
        }
    }

    /** What one question showed. */
    private record Sample(Evaluation.Example example, boolean liked, boolean wellFormed, double logRatio) {}

    Evaluation evaluate(ServedModel model) throws IOException, InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Sample>> futures = new ArrayList<>();
            for (int i = 0; i < questions.size(); i++) {
                int index = i;
                futures.add(executor.submit(() -> sample(model, index)));
            }
            List<Sample> samples = new ArrayList<>();
            for (Future<Sample> future : futures) {
                samples.add(future.get());
            }
            return summary(model, samples);
        } catch (ExecutionException e) {
            throw new IOException("model " + model.name() + " could not be measured: " + e.getCause(), e);
        }
    }

    private Sample sample(ServedModel model, int index) throws IOException, InterruptedException {
        Question question = questions.get(index);
        ServingClient.Answer answer =
                serving.chat(model.name(), question.text(), 1, index).getFirst();
        boolean measuresKl = index < MOST_FOR_KL && !model.equals(base);
        return new Sample(
                new Evaluation.Example(question.text(), answer.text()),
                preference.likes(answer.text()),
                answer.ended() && wellFormed.isWellFormed(answer.text()),
                measuresKl ? answer.logp() - serving.logp(base.name(), answer) : 0);
    }

    private static Evaluation summary(ServedModel model, List<Sample> samples) {
        double count = samples.size();
        return new Evaluation(
                model,
                samples.stream().filter(Sample::liked).count() / count,
                samples.stream().filter(Sample::wellFormed).count() / count,
                samples.stream()
                        .limit(MOST_FOR_KL)
                        .mapToDouble(Sample::logRatio)
                        .average()
                        .orElse(0),
                samples.stream().limit(EXAMPLES).map(Sample::example).toList());
    }
}
