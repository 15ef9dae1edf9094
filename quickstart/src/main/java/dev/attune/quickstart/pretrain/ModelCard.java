package dev.attune.quickstart.pretrain;

import dev.attune.quickstart.corpus.Split;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Writes the model card: a text with the run's own figures in it. */
final class ModelCard {
    private static final String RESOURCE = "model-card.md";

    private ModelCard() {}

    /**
     * What a run was.
     *
     * @param tokens tokens of the corpus
     * @param answerLoss smoothed loss on answers at the end, in nats a token
     */
    record Run(PretrainConfig config, int vocabulary, long parameters, long tokens, double answerLoss) {}

    static void write(Path directory, Run run, List<Evaluation.Figures> figures) throws IOException {
        PretrainConfig config = run.config();
        Map<String, String> values = Map.ofEntries(
                Map.entry("steps", number(config.steps())),
                Map.entry("batch", number(config.batchSize())),
                Map.entry("rate", Double.toString(config.learningRate())),
                Map.entry("warmup", number(config.warmupSteps())),
                Map.entry("questionWeight", Double.toString(config.questionWeight())),
                Map.entry("weightDecay", Double.toString(config.weightDecay())),
                Map.entry("dialogues", number(config.dialogues())),
                Map.entry("seed", Long.toString(config.seed())),
                Map.entry("vocabulary", number(run.vocabulary())),
                Map.entry("parameters", number(run.parameters())),
                Map.entry("tokens", number(run.tokens())),
                Map.entry("loss", String.format(Locale.ROOT, "%.3f", run.answerLoss())),
                Map.entry("answers", number(config.evaluated())),
                Map.entry("figures", table(figures)));
        String card = template();
        for (Map.Entry<String, String> value : values.entrySet()) {
            card = card.replace("{" + value.getKey() + "}", value.getValue());
        }
        Files.writeString(directory.resolve("README.md"), card);
    }

    private static String table(List<Evaluation.Figures> figures) {
        if (figures.isEmpty()) {
            return "| not measured | | | | | |";
        }
        return figures.stream().map(ModelCard::row).collect(Collectors.joining("\n"));
    }

    static String row(Evaluation.Figures figures) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.3f | %.3f |",
                describe(figures.split()),
                figures.sampled() ? "sampled" : "greedy",
                figures.wellFormed(),
                figures.rightTopic(),
                figures.rightSlots(),
                figures.liked());
    }

    static String describe(Split split) {
        return switch (split) {
            case TRAINING -> "as in training";
            case HELD_OUT_VALUES -> "new slot values";
            case HELD_OUT_PARAPHRASES -> "new paraphrases";
            case HELD_OUT -> "new paraphrases and slot values";
        };
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String template() {
        try (InputStream file = ModelCard.class.getResourceAsStream(RESOURCE)) {
            return new String(Objects.requireNonNull(file, RESOURCE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
    }
}
