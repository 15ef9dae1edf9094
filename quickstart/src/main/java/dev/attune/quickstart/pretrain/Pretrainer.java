package dev.attune.quickstart.pretrain;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.attune.artifacts.DType;
import dev.attune.quickstart.corpus.AnswerWriter;
import dev.attune.quickstart.corpus.Dialogue;
import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes the demo's model: generates the corpus, trains tokenizer and model, measures, and writes everything. */
final class Pretrainer {
    private static final int VOCABULARY = 1_024;
    private static final int MAX_POSITIONS = 256;
    private static final double INVENTED_SHARE = 0.15;
    private static final int PROGRESS_STEPS = 50;
    private static final double SMOOTHING = 0.97;

    private final PretrainConfig config;
    private final Consumer<String> progress;
    private final SupportCorpus corpus = SupportCorpus.load();

    /** @param progress takes a line now and then */
    Pretrainer(PretrainConfig config, Consumer<String> progress) {
        this.config = config;
        this.progress = progress;
    }

    /** Writes a model directory; files of an earlier run are replaced. */
    List<Evaluation.Figures> run(Path directory) throws IOException {
        Files.createDirectories(directory);
        // Invented words stand for unknown ones: they must not become tokens.
        BytePairVocabulary vocabulary = vocabulary(dialogues(0));
        LlamaConfig shape = shape(vocabulary.tokens().size());
        TokenizerFiles.write(directory, vocabulary, MAX_POSITIONS);
        ModelFiles.write(directory, shape);
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                directory.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"))) {
            List<EncodedDialogue> encoded = dialogues(INVENTED_SHARE).stream()
                    .map(dialogue -> EncodedDialogue.of(dialogue, tokenizer))
                    .toList();
            ModelCard.Run run = train(directory, shape, encoded);
            List<Evaluation.Figures> figures = measure(directory, tokenizer);
            ModelCard.write(directory, run, figures);
            return figures;
        }
    }

    private List<Dialogue> dialogues(double inventedShare) {
        QuestionGenerator questions = new QuestionGenerator(corpus, inventedShare);
        AnswerWriter writer = new AnswerWriter(corpus);
        SplittableRandom random = new SplittableRandom(config.seed());
        return Stream.generate(() -> writer.answer(questions.next(Split.TRAINING, random), random))
                .limit(config.dialogues())
                .toList();
    }

    private BytePairVocabulary vocabulary(List<Dialogue> dialogues) {
        progress.accept(String.format(Locale.ROOT, "corpus: %,d dialogues; training the tokenizer", dialogues.size()));
        BytePairTrainer trainer = new BytePairTrainer();
        for (Dialogue dialogue : dialogues) {
            trainer.add(dialogue.question().text());
            trainer.add(dialogue.answer());
        }
        return trainer.train(VOCABULARY);
    }

    private static LlamaConfig shape(int vocabulary) {
        return new LlamaConfig(vocabulary, 128, 344, 4, 4, 2, 32, 1e-5, 10_000, null, MAX_POSITIONS, true);
    }

    private ModelCard.Run train(Path directory, LlamaConfig shape, List<EncodedDialogue> dialogues) throws IOException {
        long tokens = dialogues.stream().mapToLong(EncodedDialogue::length).sum();
        progress.accept(String.format(Locale.ROOT, "tokenizer: %,d tokens a corpus", tokens));
        LearningRateSchedule schedule =
                new LearningRateSchedule(config.learningRate(), config.warmupSteps(), config.steps());
        BatchOrder batches = new BatchOrder(dialogues, config.batchSize(), config.seed());
        try (CausalLm model = CausalLm.random(shape, config.seed());
                LanguageModelTrainer trainer = new LanguageModelTrainer(model, config)) {
            double loss = Math.log(shape.vocabularySize());
            long started = System.nanoTime();
            for (int step = 1; step <= config.steps(); step++) {
                loss = SMOOTHING * loss + (1 - SMOOTHING) * trainer.step(batches.next(), schedule.at(step));
                if (step % PROGRESS_STEPS == 0 || step == config.steps()) {
                    progress.accept(String.format(
                            Locale.ROOT,
                            "step %,d of %,d: loss on answers %.3f, %.0f s",
                            step,
                            config.steps(),
                            loss,
                            (System.nanoTime() - started) / 1e9));
                }
            }
            model.saveWeights(directory, DType.F16);
            long parameters = model.weights().stream()
                    .mapToLong(weight -> weight.getShape().size())
                    .sum();
            return new ModelCard.Run(config, shape.vocabularySize(), parameters, tokens, loss);
        }
    }

    /** Loads what was written: the figures are those of the stored F16 weights. */
    private List<Evaluation.Figures> measure(Path directory, HuggingFaceTokenizer tokenizer) {
        if (config.evaluated() == 0) {
            return List.of();
        }
        try (CausalLm model = CausalLm.load(directory)) {
            return new Evaluation(corpus)
                    .measure(new AnswerSampler(model, tokenizer), config.evaluated(), config.seed(), progress);
        }
    }
}
