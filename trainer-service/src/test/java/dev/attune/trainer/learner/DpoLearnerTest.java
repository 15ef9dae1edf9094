package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.PeftConfig;
import dev.attune.trainer.loss.ChosenLikelihood;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.Gradients;
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
    private static final LearnerConfig CONFIG = new LearnerConfig(
            PairObjective.of(new LossFunction.Sigmoid(0.1, 0)), AdamWConfig.DEFAULTS.withLearningRate(1e-2));

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
        LearnerConfig supervised =
                new LearnerConfig(CONFIG.objective().plus(LossType.SFT, new ChosenLikelihood(), 1), CONFIG.optimizer());
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
        LearnerConfig split = new LearnerConfig(CONFIG.objective(), CONFIG.optimizer(), new PassLimits(64, 100));
        try (LoraAdapter one = freshAdapter();
                LoraAdapter two = freshAdapter();
                DpoLearner whole = new DpoLearner(CONFIG, model, one, null);
                DpoLearner parts = new DpoLearner(split, model, two, null)) {
            assertThat(Chunks.of(pairs, split.passes())).hasSizeGreaterThan(3);
            for (int i = 0; i < 5; i++) {
                StepMetrics expected = whole.train(pairs);
                StepMetrics actual = parts.train(pairs);

                assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5));
                assertThat(actual.gradNorm()).isCloseTo(expected.gradNorm(), within(1e-5));
                assertThat(actual.tokens()).isEqualTo(expected.tokens());
            }
        }
    }

    /** What the offline trainer's --accumulate 4 of batches of 4, and the online trainer's passPairs 4, come to. */
    @Test
    void accumulatedGradientsAreThoseOfOneBatch() {
        List<TrainingPair> pairs = SmallLlama.pairs(16, 1);
        LearnerConfig accumulating =
                new LearnerConfig(CONFIG.objective(), CONFIG.optimizer(), PassLimits.DEFAULTS.withMaxExamples(4));
        try (LoraAdapter one = freshAdapter();
                LoraAdapter two = freshAdapter();
                DpoLearner whole = new DpoLearner(CONFIG, model, one, null);
                DpoLearner parts = new DpoLearner(accumulating, model, two, null)) {
            SmallLlama.disturb(one.parameters(), 0.1, 2);
            SmallLlama.disturb(two.parameters(), 0.1, 2);
            assertThat(Chunks.of(pairs, accumulating.passes())).hasSize(4);

            StepMetrics expected = whole.backward(pairs);
            StepMetrics actual = parts.backward(pairs);

            assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-6));
            try (NDManager step = model.newStep()) {
                NDList wholes = Gradients.of(one.parameters(), step);
                NDList sums = Gradients.of(two.parameters(), step);
                for (int i = 0; i < wholes.size(); i++) {
                    assertThat(sums.get(i).toFloatArray())
                            .containsExactly(wholes.get(i).toFloatArray(), within(1e-6f));
                }
            }
        }
    }

    @Test
    void replayedPairsMoveTheWeightsAndAreReportedApart() {
        List<TrainingPair> pairs = SmallLlama.pairs(6, 1);
        List<TrainingPair> fresh = pairs.subList(0, 4);
        List<TrainingPair> replayed = pairs.subList(4, 6);
        try (LoraAdapter one = freshAdapter();
                LoraAdapter two = freshAdapter();
                DpoLearner together = new DpoLearner(CONFIG, model, one, null);
                DpoLearner apart = new DpoLearner(CONFIG, model, two, null)) {
            SmallLlama.disturb(one.parameters(), 0.1, 2);
            SmallLlama.disturb(two.parameters(), 0.1, 2);

            StepMetrics expected = together.train(pairs);
            StepMetrics evaluated = apart.evaluate(fresh);
            StepMetrics again = apart.evaluate(replayed);
            StepMetrics metrics = apart.train(fresh, replayed, any -> true);

            // The gradient is that of the mean over all six, the figures are those of each alone.
            assertThat(metrics.gradNorm()).isCloseTo(expected.gradNorm(), within(1e-5));
            assertThat(metrics.fresh().withUpdate(0, 0)).isEqualTo(evaluated);
            assertThat(metrics.replayed()).isEqualTo(again);
            assertThat((4 * metrics.loss() + 2 * again.loss()) / 6).isCloseTo(expected.loss(), within(1e-6));
            assertThat(metrics.named()).containsEntry("replay/pairs", 2.0).containsEntry("replay/loss", again.loss());
            for (int i = 0; i < one.parameters().size(); i++) {
                assertThat(two.parameters().get(i).toFloatArray())
                        .containsExactly(one.parameters().get(i).toFloatArray(), within(1e-5f));
            }
        }
    }

    @Test
    void chunksKeepEveryPairAndTheLimit() {
        List<TrainingPair> pairs = SmallLlama.pairs(20, 4);

        List<List<TrainingPair>> chunks = Chunks.of(pairs, new PassLimits(50, 3));

        assertThat(chunks.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(pairs);
        assertThat(chunks).allSatisfy(chunk -> {
            int longest = chunk.stream().mapToInt(TrainingPair::length).max().orElseThrow();
            assertThat(chunk).hasSizeLessThanOrEqualTo(3);
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
            learner.savePolicy(directory.resolve("half"));
            for (int i = 3; i < 6; i++) {
                learner.train(SmallLlama.pairs(4, i));
            }
            learner.savePolicy(directory.resolve("straight"));
        }

        try (LoraAdapter adapter = LoraAdapter.load(SmallLlama.CONFIG, directory.resolve("half"));
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            learner.loadState(state);
            assertThat(learner.step()).isEqualTo(3);
            for (int i = 3; i < 6; i++) {
                learner.train(SmallLlama.pairs(4, i));
            }
            learner.savePolicy(directory.resolve("resumed"));
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
