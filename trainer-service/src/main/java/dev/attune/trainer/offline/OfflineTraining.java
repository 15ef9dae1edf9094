package dev.attune.trainer.offline;

import dev.attune.kit.ConfigException;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.LearnerConfig;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One run of {@code attune train}: the online trainer's learner on a file of pairs. */
final class OfflineTraining {
    private final TrainSettings settings;
    private final PrintWriter progress;

    OfflineTraining(TrainSettings settings, PrintWriter progress) {
        this.settings = settings;
        this.progress = progress;
    }

    TrainReport run() throws PairsFileException, IOException {
        List<PreferenceRecord> records = PairsFile.read(settings.pairs());
        try (CausalLm model = CausalLm.load(settings.model());
                Tokenizer tokenizer = Tokenizer.load(settings.model());
                LoraAdapter adapter = adapter(model);
                @Nullable LoraAdapter reference = reference(model)) {
            EncodedPairs encoded = encode(records, new PairEncoder(tokenizer, maxTokens(model), settings.boundary()));
            try (DpoLearner learner = new DpoLearner(config(), model, adapter, reference)) {
                long start = System.nanoTime();
                List<StepMetrics> steps =
                        train(learner, new PairBatches(encoded.pairs, settings.pairsPerStep(), settings.seed()));
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                learner.saveAdapter(settings.out());
                return new TrainReport(
                        settings.model().toString(),
                        settings.out().toString(),
                        encoded.pairs.size(),
                        encoded.truncated,
                        took.toMillis() / 1e3,
                        steps.size() / (took.toNanos() / 1e9),
                        TrainReport.named(steps));
            }
        }
    }

    private LoraAdapter adapter(CausalLm model) {
        Path init = settings.adapterInit();
        return init != null
                ? LoraAdapter.load(model.config(), init)
                : LoraAdapter.create(model.config(), settings.model().toString(), settings.adapter(), settings.seed());
    }

    /** Null for the base. */
    private @Nullable LoraAdapter reference(CausalLm model) {
        Path init = settings.adapterInit();
        return settings.reference() == TrainSettings.Reference.INIT && init != null
                ? LoraAdapter.load(model.config(), init)
                : null;
    }

    private LearnerConfig config() {
        return new LearnerConfig(settings.losses().objective(settings.beta()), settings.optimizer(), settings.passes());
    }

    private int maxTokens(CausalLm model) {
        int positions = model.config().maxPositions();
        Integer maxLength = settings.maxLength();
        if (maxLength != null && maxLength > positions) {
            throw new ConfigException("--max-length", "the model has " + positions + " positions, not " + maxLength);
        }
        return maxLength == null ? positions : maxLength;
    }

    private record EncodedPairs(List<TrainingPair> pairs, int truncated) {}

    private EncodedPairs encode(List<PreferenceRecord> records, PairEncoder encoder) throws PairsFileException {
        List<TrainingPair> pairs = new ArrayList<>(records.size());
        int truncated = 0;
        for (PreferenceRecord record : records) {
            try {
                PairEncoder.EncodedPair encoded = encoder.encode(
                        "line " + record.line(),
                        record.prompt(),
                        record.chosen(),
                        record.rejected(),
                        record.strength());
                pairs.add(encoded.pair());
                truncated += encoded.truncated() ? 1 : 0;
            } catch (ModelException | IllegalArgumentException e) {
                throw new PairsFileException(settings.pairs(), record.line(), "prompt: " + e.getMessage());
            }
        }
        progress.printf("%d pairs, %d of them truncated%n", pairs.size(), truncated);
        return new EncodedPairs(pairs, truncated);
    }

    private List<StepMetrics> train(DpoLearner learner, PairBatches batches) {
        Integer asked = settings.steps();
        int steps = asked == null ? batches.perPass() : asked;
        List<StepMetrics> all = new ArrayList<>(steps);
        for (int step = 1; step <= steps; step++) {
            long start = System.nanoTime();
            StepMetrics metrics = learner.train(batches.next());
            all.add(metrics);
            progress.println(line(step, steps, metrics, Duration.ofNanos(System.nanoTime() - start)));
            progress.flush();
        }
        return all;
    }

    private static String line(int step, int steps, StepMetrics metrics, Duration took) {
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  margin %+.4f  accuracy %.2f  kl %.4f  grad norm %.3f  %d ms",
                step,
                steps,
                metrics.loss(),
                metrics.rewardsMargins(),
                metrics.rewardsAccuracies(),
                metrics.kl(),
                metrics.gradNorm(),
                took.toMillis());
    }
}
