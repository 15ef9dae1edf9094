package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.DType;
import dev.attune.testing.SharedData;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.LearnerConfig;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.Prompt;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.FullWeights;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import dev.attune.trainer.model.Tokenizer;
import dev.attune.trainer.optim.AdamWConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** llama.cpp, an independent reader of model and adapter, computes what the trainer computes. */
class TrainerParityTest {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerParityTest.class);
    private static final double TOKEN_BOUND = 1e-4;
    private static final double SEQUENCE_BOUND = 5e-4;
    private static final int STEPS = 15;
    private static final int RANDOM_SEQUENCES = 4;
    private static final int LONGEST = 120;

    private static final List<String> QUESTIONS = List.of(
            "How do I return a broken lamp?", "Where is order 4821?", "Can I change the delivery date to Friday?");
    private static final List<String> CHOSEN = List.of(
            "Thanks for asking! First, open your orders. Then choose return. Please tell us if it fails.",
            "Thanks for asking! It is on its way.",
            "Sure. First, open the order. Then pick a new date.");
    private static final List<String> REJECTED = List.of("Return it.", "No idea, look it up.", "No.");

    @TempDir
    private Path folder;

    @Test
    void givenTheDemosModelWhenServedThenItsLogProbabilitiesAreTheTrainers() throws Exception {
        agree(Path.of(System.getProperty("attune.home", ".."), "quickstart", "model"));
    }

    @Test
    void givenATrainedStoryTellerWhenServedThenItsLogProbabilitiesAreTheTrainers() throws Exception {
        agree(SharedData.resolve("models/tinystories-656k"));
    }

    private void agree(Path directory) throws Exception {
        try (CausalLm model = CausalLm.load(directory);
                Tokenizer tokenizer = Tokenizer.load(directory);
                LoraAdapter adapter = LoraAdapter.create(model.config(), "base", new LoraShape(8, 16), 1);
                ServingServer server = ServingServer.start(ServingConfig.of(directory));
                ServingClient client = new ServingClient(server.url())) {
            List<TrainingPair> pairs = pairs(tokenizer);
            train(model, adapter, pairs);
            adapter.save(folder.resolve("adapter"));
            assertThat(client.load("v1", folder.resolve("adapter")).status()).isEqualTo(200);

            double moved = 0;
            for (int[] tokens : sequences(model, pairs)) {
                List<Double> base = compare(client, directory.getFileName().toString(), model, null, tokens);
                List<Double> adapted = compare(client, "v1", model, adapter, tokens);
                for (int i = 0; i < base.size(); i++) {
                    moved = Math.max(moved, Math.abs(adapted.get(i) - base.get(i)));
                }
            }
            // An adapter that does nothing would agree as well.
            assertThat(moved).isGreaterThan(1);
        }
    }

    @Test
    void givenAModelOfWhichAllWeightsWereTrainedWhenServedThenItsLogProbabilitiesAreTheTrainers() throws Exception {
        Path directory = Path.of(System.getProperty("attune.home", ".."), "quickstart", "model");
        Path out = folder.resolve("trained");
        try (CausalLm model = CausalLm.load(directory);
                Tokenizer tokenizer = Tokenizer.load(directory);
                FullWeights policy = FullWeights.of(model, DType.F32)) {
            List<TrainingPair> pairs = pairs(tokenizer);
            train(model, policy, pairs);
            policy.save(out);

            try (ServingServer server = ServingServer.start(ServingConfig.of(out));
                    ServingClient client = new ServingClient(server.url())) {
                for (int[] tokens : sequences(model, pairs)) {
                    compare(client, "trained", model, policy, tokens);
                }
            }
        }
    }

    private static void train(CausalLm model, LearnedWeights policy, List<TrainingPair> pairs) {
        LearnerConfig config = new LearnerConfig(
                PairObjective.of(new LossFunction.Sigmoid(0.1, 0)), AdamWConfig.DEFAULTS.withLearningRate(5e-3));
        try (DpoLearner learner = new DpoLearner(config, model, policy, null)) {
            for (int step = 0; step < STEPS; step++) {
                learner.train(pairs);
            }
        }
    }

    private static List<TrainingPair> pairs(Tokenizer tokenizer) {
        PairEncoder encoder = new PairEncoder(tokenizer, LONGEST, AnswerBoundary.KEEP_TEXT);
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < QUESTIONS.size(); i++) {
            pairs.add(encoder.encode("pair-" + i, new Prompt.Text(QUESTIONS.get(i)), CHOSEN.get(i), REJECTED.get(i), 1)
                    .example());
        }
        return pairs;
    }

    /** What was trained on, and random tokens, most of which no model expects. */
    private static List<int[]> sequences(CausalLm model, List<TrainingPair> pairs) {
        List<int[]> sequences = new ArrayList<>();
        for (TrainingPair pair : pairs) {
            sequences.add(concatenate(pair.promptTokens(), pair.chosenTokens()));
            sequences.add(concatenate(pair.promptTokens(), pair.rejectedTokens()));
        }
        Random random = new Random(1);
        for (int i = 0; i < RANDOM_SEQUENCES; i++) {
            sequences.add(
                    random.ints(LONGEST, 0, model.config().vocabularySize()).toArray());
        }
        return sequences;
    }

    private static int[] concatenate(int[] one, int[] other) {
        int[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** @return what is served */
    private static List<Double> compare(
            ServingClient client, String name, CausalLm model, @Nullable LearnedWeights learned, int[] tokens) {
        float[] expected;
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(tokens, 1)));
            expected = model.score(step, batch, learned).tokens().toFloatArray();
        }
        List<Double> served = client.promptLogprobs(name, tokens);
        assertThat(served).hasSize(expected.length);
        double sum = 0;
        double furthest = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(served.get(i))
                    .as(name + ", token " + (i + 1))
                    .isCloseTo((double) expected[i], within(TOKEN_BOUND));
            sum += served.get(i) - expected[i];
            furthest = Math.max(furthest, Math.abs(served.get(i) - expected[i]));
        }
        assertThat(sum).as(name + ", sum").isCloseTo(0, within(SEQUENCE_BOUND));
        LOG.info("{}: {} tokens, at most {} nats apart, {} in sum", name, expected.length, furthest, sum);
        return served;
    }
}
