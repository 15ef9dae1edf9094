package dev.attune.trainer.offline;

import dev.attune.kit.ConfigException;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.KtoLearner;
import dev.attune.trainer.learner.LearnerConfig;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.learner.TrainingSingle;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of {@code attune train}: the online trainer's learner on a file of pairs, or KTO on judged answers. */
final class OfflineTraining {
    private final TrainSettings settings;
    private final LearnedParts parts;
    private final PrintWriter progress;

    OfflineTraining(TrainSettings settings, PrintWriter progress) {
        this.settings = settings;
        this.parts = new LearnedParts(settings);
        this.progress = progress;
    }

    TrainReport run() throws PairsFileException, IOException {
        // A file that cannot be used is found before the model is loaded.
        List<JudgedAnswer> answers = settings.isKto() ? PairsFile.readSingles(settings.pairs()) : List.of();
        List<PreferenceRecord> records = settings.isKto() ? List.of() : PairsFile.read(settings.pairs());
        parts.requireFits();
        try (CausalLm model = CausalLm.load(settings.model());
                Tokenizer tokenizer = Tokenizer.load(settings.model());
                LearnedWeights policy = parts.policy(model);
                @Nullable LearnedWeights reference = parts.reference(model)) {
            PairEncoder encoder = new PairEncoder(tokenizer, maxTokens(model), settings.boundary());
            return settings.isKto()
                    ? onSingles(singles(answers, encoder), model, policy, reference)
                    : onPairs(pairs(records, encoder), model, policy, reference);
        }
    }

    private TrainReport onPairs(
            Encoded<TrainingPair> pairs, CausalLm model, LearnedWeights policy, @Nullable LearnedWeights reference)
            throws IOException {
        LearnerConfig config = new LearnerConfig(
                settings.losses().objective(settings.beta()),
                settings.optimizer(),
                settings.passes(),
                settings.refresh());
        try (DpoLearner learner = new DpoLearner(config, model, policy, reference)) {
            TrainReport report = train(pairs, learner::train);
            parts.save(policy);
            return report;
        }
    }

    private TrainReport onSingles(
            Encoded<TrainingSingle> answers, CausalLm model, LearnedWeights policy, @Nullable LearnedWeights reference)
            throws IOException {
        try (KtoLearner learner = new KtoLearner(
                settings.kto(),
                settings.optimizer(),
                settings.passes(),
                settings.refresh(),
                model,
                policy,
                reference)) {
            TrainReport report = train(answers, learner::train);
            parts.save(policy);
            return report;
        }
    }

    private int maxTokens(CausalLm model) {
        int positions = model.config().maxPositions();
        Integer maxLength = settings.maxLength();
        if (maxLength != null && maxLength > positions) {
            throw new ConfigException("--max-length", "the model has " + positions + " positions, not " + maxLength);
        }
        return maxLength == null ? positions : maxLength;
    }

    /** @param truncated how many of the examples were cut */
    private record Encoded<T>(List<T> examples, int truncated) {}

    private Encoded<TrainingPair> pairs(List<PreferenceRecord> records, PairEncoder encoder) throws PairsFileException {
        List<TrainingPair> pairs = new ArrayList<>(records.size());
        int truncated = 0;
        for (PreferenceRecord record : records) {
            try {
                PairEncoder.Encoded<TrainingPair> encoded = encoder.encode(
                        "line " + record.line(),
                        record.prompt(),
                        record.chosen(),
                        record.rejected(),
                        record.strength());
                pairs.add(encoded.example());
                truncated += encoded.truncated() ? 1 : 0;
            } catch (ModelException | IllegalArgumentException e) {
                throw new PairsFileException(settings.pairs(), record.line(), "prompt: " + e.getMessage());
            }
        }
        progress.printf("%d pairs, %d of them truncated%n", pairs.size(), truncated);
        return new Encoded<>(pairs, truncated);
    }

    private Encoded<TrainingSingle> singles(List<JudgedAnswer> answers, PairEncoder encoder) throws PairsFileException {
        List<TrainingSingle> singles = new ArrayList<>(answers.size());
        int truncated = 0;
        for (JudgedAnswer answer : answers) {
            try {
                PairEncoder.Encoded<TrainingSingle> encoded = encoder.encodeSingle(
                        "line " + answer.line(),
                        answer.prompt(),
                        answer.completion(),
                        answer.desirable(),
                        answer.strength());
                singles.add(encoded.example());
                truncated += encoded.truncated() ? 1 : 0;
            } catch (ModelException | IllegalArgumentException e) {
                throw new PairsFileException(settings.pairs(), answer.line(), "prompt: " + e.getMessage());
            }
        }
        long liked = singles.stream().filter(TrainingSingle::desirable).count();
        progress.printf("%d answers, %d of them liked and %d truncated%n", singles.size(), liked, truncated);
        return new Encoded<>(singles, truncated);
    }

    private <T> TrainReport train(Encoded<T> encoded, Function<List<T>, StepReport> learner) {
        long start = System.nanoTime();
        PairBatches<T> batches = new PairBatches<>(encoded.examples, settings.perStep(), settings.seed());
        Integer asked = settings.steps();
        int steps = asked == null ? batches.perPass() : asked;
        List<StepReport> all = new ArrayList<>(steps);
        for (int step = 1; step <= steps; step++) {
            long began = System.nanoTime();
            StepReport metrics = learner.apply(batches.next());
            all.add(metrics);
            progress.println(line(step, steps, metrics.named(), Duration.ofNanos(System.nanoTime() - began)));
            progress.flush();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new TrainReport(
                settings.model().toString(),
                settings.isFull() ? "full" : "adapter",
                settings.out().toString(),
                encoded.examples.size(),
                encoded.truncated,
                took.toMillis() / 1e3,
                all.size() / (took.toNanos() / 1e9),
                TrainReport.named(all));
    }

    private static String line(int step, int steps, Map<String, Double> named, Duration took) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "step %d/%d  loss %.4f", step, steps, named.get("loss")));
        append(line, "  margin %+.4f", named.get("rewards/margins"));
        append(line, "  accuracy %.2f", named.get("rewards/accuracies"));
        append(line, "  kl %.4f", named.get("kl"));
        append(line, "  grad norm %.3f", named.get("grad_norm"));
        return line.append("  ").append(took.toMillis()).append(" ms").toString();
    }

    /** Nothing where the step had no such figure. */
    private static void append(StringBuilder line, String format, @Nullable Double value) {
        if (value != null) {
            line.append(String.format(Locale.ROOT, format, value));
        }
    }
}
