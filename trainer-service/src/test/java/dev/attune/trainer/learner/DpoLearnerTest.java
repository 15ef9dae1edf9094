package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.PeftConfig;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DpoLearnerTest {
    private static final LearnerConfig CONFIG =
            new LearnerConfig(new LossFunction.Sigmoid(0.1, 0), 0, AdamWConfig.DEFAULTS.withLearningRate(1e-2));

    @TempDir
    Path directory;

    private CausalLm model;

    @BeforeEach
    void loadModel() {
        model = CausalLm.random(SmallLlama.CONFIG, 1);
    }

    @AfterEach
    void closeModel() {
        model.close();
    }

    private static LoraAdapter freshAdapter() {
        return LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3);
    }

    @Test
    void learns() {
        List<TrainingPair> pairs = SmallLlama.pairs(8, 1);
        try (LoraAdapter adapter = freshAdapter();
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            StepMetrics first = learner.train(pairs);
            for (int i = 0; i < 30; i++) {
                learner.train(pairs);
            }
            StepMetrics last = learner.evaluate(pairs);

            assertThat(first.loss()).isCloseTo(Math.log(2), within(1e-9));
            assertThat(first.kl()).isZero();
            assertThat(last.loss()).isLessThan(0.6);
            assertThat(last.rewardsAccuracies()).isEqualTo(1);
            assertThat(last.kl()).isPositive();
        }
    }

    @Test
    void theSupervisedTermMakesChosenAnswersLikelier() {
        List<TrainingPair> pairs = SmallLlama.pairs(8, 1);
        LearnerConfig supervised = new LearnerConfig(CONFIG.loss(), 1, CONFIG.optimizer());
        try (LoraAdapter plain = freshAdapter();
                LoraAdapter held = freshAdapter();
                DpoLearner dpo = new DpoLearner(CONFIG, model, plain, null);
                DpoLearner both = new DpoLearner(supervised, model, held, null)) {
            StepMetrics first = both.train(pairs);
            dpo.train(pairs);
            for (int i = 0; i < 20; i++) {
                dpo.train(pairs);
                both.train(pairs);
            }

            assertThat(first.loss()).isGreaterThan(Math.log(2));
            assertThat(both.evaluate(pairs).logpsChosen())
                    .isGreaterThan(dpo.evaluate(pairs).logpsChosen())
                    .isGreaterThan(first.logpsChosen());
            assertThat(both.evaluate(pairs).rewardsAccuracies()).isEqualTo(1);
        }
    }

    @Test
    void anEvaluationIsWhatTheNextStepShowsAndChangesNothing() {
        List<TrainingPair> pairs = SmallLlama.pairs(4, 1);
        try (LoraAdapter adapter = freshAdapter();
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            learner.train(pairs);

            StepMetrics evaluated = learner.evaluate(pairs);
            StepMetrics again = learner.evaluate(pairs);
            StepMetrics trained = learner.train(pairs);

            assertThat(again).isEqualTo(evaluated);
            assertThat(trained.withUpdate(0, 0)).isEqualTo(evaluated);
            assertThat(learner.step()).isEqualTo(2);
        }
    }

    @Test
    void aSplitBatchIsTheSameStep() {
        List<TrainingPair> pairs = SmallLlama.pairs(9, 1);
        LearnerConfig split = new LearnerConfig(CONFIG.loss(), 0, CONFIG.optimizer(), 64);
        try (LoraAdapter one = freshAdapter();
                LoraAdapter two = freshAdapter();
                DpoLearner whole = new DpoLearner(CONFIG, model, one, null);
                DpoLearner parts = new DpoLearner(split, model, two, null)) {
            assertThat(Chunks.of(pairs, 64)).hasSizeGreaterThan(3);
            for (int i = 0; i < 5; i++) {
                StepMetrics expected = whole.train(pairs);
                StepMetrics actual = parts.train(pairs);

                assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5));
                assertThat(actual.gradNorm()).isCloseTo(expected.gradNorm(), within(1e-5));
                assertThat(actual.tokens()).isEqualTo(expected.tokens());
            }
        }
    }

    @Test
    void chunksKeepEveryPairAndTheLimit() {
        List<TrainingPair> pairs = SmallLlama.pairs(20, 4);

        List<List<TrainingPair>> chunks = Chunks.of(pairs, 50);

        assertThat(chunks.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(pairs);
        assertThat(chunks).allSatisfy(chunk -> {
            int longest = chunk.stream().mapToInt(TrainingPair::length).max().orElseThrow();
            assertThat(chunk.size() == 1 || 2 * chunk.size() * longest <= 50).isTrue();
        });
    }

    @Test
    void aResumedRunIsTheSameToTheLastBit() throws IOException {
        Path state = directory.resolve("optimizer.safetensors");
        try (LoraAdapter adapter = freshAdapter();
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            for (int i = 0; i < 3; i++) {
                learner.train(SmallLlama.pairs(4, i));
            }
            learner.saveState(state);
            learner.saveAdapter(directory.resolve("half"));
            for (int i = 3; i < 6; i++) {
                learner.train(SmallLlama.pairs(4, i));
            }
            learner.saveAdapter(directory.resolve("straight"));
        }

        try (LoraAdapter adapter = LoraAdapter.load(SmallLlama.CONFIG, directory.resolve("half"));
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            learner.loadState(state);
            assertThat(learner.step()).isEqualTo(3);
            for (int i = 3; i < 6; i++) {
                learner.train(SmallLlama.pairs(4, i));
            }
            learner.saveAdapter(directory.resolve("resumed"));
        }

        assertThat(directory.resolve("resumed").resolve(PeftConfig.WEIGHTS_FILE_NAME))
                .hasSameBinaryContentAs(directory.resolve("straight").resolve(PeftConfig.WEIGHTS_FILE_NAME));
    }

    @Test
    void probesAreThePolicysOwnLogProbabilities() {
        TrainingPair pair = new TrainingPair("p", new int[] {5}, new int[] {9, 2, 30}, new int[] {7}, 1);
        try (LoraAdapter adapter = freshAdapter();
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            learner.train(List.of(pair));

            float[] logps = learner.tokenLogps(new int[] {5, 9, 2, 30});

            assertThat(logps).hasSize(3);
            double sum = (double) logps[0] + logps[1] + logps[2];
            assertThat(sum).isCloseTo(learner.evaluate(List.of(pair)).logpsChosen(), within(1e-5));
        }
    }

    @Test
    void holdsNothingBackOverManySteps() throws IOException {
        try (LoraAdapter adapter = freshAdapter();
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            run(learner, 50);
            long arrays = nativeArrays();
            long kilobytes = residentKilobytes();

            run(learner, 200);

            assertThat(nativeArrays()).isEqualTo(arrays);
            // A step's arrays are about 1 MB: 200 of them, or their graphs, would show.
            assertThat(residentKilobytes() - kilobytes).isLessThan(48 * 1024);
        }
    }

    private static void run(DpoLearner learner, int steps) {
        for (int i = 0; i < steps; i++) {
            List<TrainingPair> pairs = SmallLlama.pairs(4, i);
            learner.train(pairs);
            learner.evaluate(pairs);
            learner.tokenLogps(pairs.getFirst().chosenTokens());
        }
    }

    /** Arrays that DJL holds in this process, in whatever manager. */
    private static long nativeArrays() {
        try (NDManager any = NDManager.newBaseManager("PyTorch")) {
            return any.getParentManager().getManagedArrays().stream()
                    .filter(array -> !array.isReleased())
                    .map(NDArray::getUid)
                    .distinct()
                    .count();
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
