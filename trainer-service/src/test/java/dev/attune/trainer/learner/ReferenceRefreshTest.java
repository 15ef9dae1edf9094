package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.PeftConfig;
import dev.attune.trainer.learner.ReferenceRefresh.Mode;
import dev.attune.trainer.learner.ReferenceRefresh.When;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.ReferenceLlama;
import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reference that follows the policy, and an anchor that does not. */
class ReferenceRefreshTest {
    private static final double BETA = 0.1;

    @TempDir
    Path directory;

    private CausalLm model;
    private LoraAdapter policy;

    @BeforeEach
    void makeModel() {
        model = CausalLm.random(SmallLlama.TINY, 1);
        policy = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 3);
    }

    @AfterEach
    void closeModel() {
        policy.close();
        model.close();
    }

    @Test
    void aHardRefreshAfterEveryStepMakesEveryStepAFirstOne() {
        List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, 4, 1);
        try (DpoLearner learner = learner(ReferenceRefresh.of(When.STEPS, 1, Mode.HARD, 0.5))) {
            for (int step = 1; step <= 5; step++) {
                StepMetrics metrics = learner.train(pairs);

                // The policy is the reference: -log sigmoid(0) = ln 2, whatever was learned before.
                assertThat(metrics.loss()).isCloseTo(Math.log(2), within(1e-12));
                assertThat(metrics.rewardsMargins()).isZero();
                assertThat(metrics.gradNorm()).isPositive();
                // The anchor stayed where it was.
                assertThat(metrics.kl() > 0).isEqualTo(step > 1);
            }
        }
    }

    @Test
    void aSoftRefreshMovesEveryParameterByHandComputedNumbers() {
        fill(policy, 1, 2);
        try (LoraAdapter start = policy.frozen();
                Reference reference = new Reference(start)) {
            // alpha = 0.25: A goes 1 -> 0.25 * 3 + 0.75 * 1 = 1.5, B 2 -> 0.25 * 6 + 0.75 * 2 = 3
            fill(policy, 3, 6);
            reference.refresh(policy, 0.25);
            assertFilled(reference.weights(), 1.5f, 3);
            // then 0.25 * 5.5 + 0.75 * 1.5 = 2.5, and 0.25 * -1 + 0.75 * 3 = 2
            fill(policy, 5.5f, -1);
            reference.refresh(policy, 0.25);
            assertFilled(reference.weights(), 2.5f, 2);
            assertFilled(start, 1, 2);
            assertThat(reference.anchor()).isSameAs(start);
            // The product of the parts is not the mean of the products: 2.5 * 2 = 5, and
            // 0.25 * 5.5 * -1 + 0.75 * (0.25 * 18 + 0.75 * 2) = 3.125.
        }
    }

    @Test
    void theFirstRefreshFromTheBaseIsExactlyAShareOfThePolicysUpdate() {
        // The base is the policy's A with a B of zero: A stays, B goes 0 -> 0.25 * 6 = 1.5, so B A is a quarter of 6 *
        // 3.
        fill(policy, 3, 6);
        try (Reference reference = new Reference(null)) {
            assertThat(reference.weights()).isNull();
            reference.refresh(policy, 0.25);

            assertFilled(reference.weights(), 3, 1.5f);
            assertThat(reference.anchor()).isNull();
        }
    }

    @Test
    void policyReferenceAndAnchorAreThoseOfTheDoublePrecisionModel() {
        SmallLlama.disturb(policy.parameters(), 0.3, 4);
        try (LoraAdapter middle = policy.frozen();
                LoraAdapter far = policy.frozen();
                NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            SmallLlama.disturb(middle.parameters(), 0.3, 5);
            SmallLlama.disturb(far.parameters(), 0.3, 6);
            TrainingPair pair = SmallLlama.pairs(SmallLlama.TINY, 1, 8).getFirst();

            CausalLm.Comparison comparison =
                    model.compare(step, TokenBatch.of(List.of(pair.chosen(), pair.rejected())), policy, middle, far);
            CausalLm.Comparison toAnchor =
                    model.compare(step, TokenBatch.of(List.of(pair.chosen(), pair.rejected())), policy, far);

            assertThat(Doubles.of(comparison.policyLogps())).containsExactly(logps(policy, pair), within(1e-5));
            assertThat(Doubles.of(comparison.referenceLogps())).containsExactly(logps(middle, pair), within(1e-5));
            assertThat(Doubles.of(comparison.anchorLogps())).containsExactly(logps(far, pair), within(1e-5));
            assertThat(Doubles.of(comparison.divergences())).isEqualTo(Doubles.of(toAnchor.divergences()));
        }
    }

    @Test
    void whatGuardsLookAtIsMeasuredFromTheAnchor() {
        List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, 4, 1);
        try (LoraAdapter copy = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 3);
                DpoLearner learner = learner(ReferenceRefresh.of(When.STEPS, 2, Mode.SOFT, 0.5));
                DpoLearner fixed = new DpoLearner(config(ReferenceRefresh.NEVER), model, copy, null)) {
            for (int i = 0; i < 5; i++) {
                learner.train(pairs);
            }
            assertThat(learner.hasMovedReference()).isTrue();
            for (int i = 0; i < copy.parameters().size(); i++) {
                copy.parameters().get(i).set(policy.parameters().get(i).toFloatArray());
            }

            // The same weights, judged by a learner whose reference is the anchor.
            StepMetrics fromAnchor = fixed.evaluate(pairs);
            StepMetrics refreshed = learner.evaluate(pairs);

            assertThat(refreshed.kl()).isCloseTo(fromAnchor.kl(), within(1e-9)).isPositive();
            assertThat(refreshed.chosenLogRatio())
                    .isCloseTo(fromAnchor.rewardsChosen() / BETA, within(1e-9))
                    .isEqualTo(fromAnchor.chosenLogRatio());
            assertThat(refreshed.rewardsMargins()).isLessThan(fromAnchor.rewardsMargins());
            assertThat(learner.evaluateAgainstAnchor(pairs)).isEqualTo(fromAnchor);
        }
    }

    @Test
    void aReleaseIsFollowedAsItWasAndNotAsThePolicyIs() throws IOException {
        Path version = directory.resolve("version");
        Path reference = directory.resolve("reference");
        try (DpoLearner learner = learner(ReferenceRefresh.of(When.RELEASE, 1, Mode.HARD, 0.5))) {
            steps(learner, 0, 2);
            learner.savePolicy(version);
            steps(learner, 2, 4);
            learner.beforeCheckpoint();
            assertThat(learner.hasMovedReference()).isFalse();

            learner.followRelease(version);

            learner.saveReference(reference);
            assertThat(reference.resolve(PeftConfig.WEIGHTS_FILE_NAME))
                    .hasSameBinaryContentAs(version.resolve(PeftConfig.WEIGHTS_FILE_NAME));
        }
    }

    @Test
    void aReleaseIsMixedWithTheReferenceByHandComputedNumbers() throws IOException {
        // alpha = 0.25 from the base: A stays at the version's 3, B goes 0 -> 0.25 * 6 = 1.5
        Path version = directory.resolve("version");
        fill(policy, 3, 6);
        try (DpoLearner learner = learner(ReferenceRefresh.of(When.RELEASE, 1, Mode.SOFT, 0.25))) {
            learner.savePolicy(version);
            fill(policy, 100, 100);
            learner.followRelease(version);
            assertFilled(learner.reference.weights(), 3, 1.5f);

            // then A 0.25 * 7 + 0.75 * 3 = 4, and B 0.25 * -1.5 + 0.75 * 1.5 = 0.75
            fill(policy, 7, -1.5f);
            learner.savePolicy(directory.resolve("next"));
            fill(policy, 100, 100);
            learner.followRelease(directory.resolve("next"));
            assertFilled(learner.reference.weights(), 4, 0.75f);
        }
    }

    @Test
    void theMomentsKnowNothingOfARefresh() throws IOException {
        List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, 4, 1);
        try (LoraAdapter copy = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 3);
                DpoLearner learner = learner(ReferenceRefresh.of(When.STEPS, 1, Mode.HARD, 0.5));
                DpoLearner fixed = new DpoLearner(config(ReferenceRefresh.NEVER), model, copy, null)) {
            learner.train(pairs);
            fixed.train(pairs);
            learner.saveState(directory.resolve("refreshed"));
            fixed.saveState(directory.resolve("fixed"));
        }

        assertThat(directory.resolve("refreshed")).hasSameBinaryContentAs(directory.resolve("fixed"));
    }

    @Test
    void aResumedRunIsTheSameToTheLastBit() throws IOException {
        ReferenceRefresh refresh = ReferenceRefresh.of(When.STEPS, 2, Mode.SOFT, 0.6);
        Path half = directory.resolve("half");
        try (DpoLearner learner = learner(refresh)) {
            steps(learner, 0, 3);
            learner.savePolicy(half);
            learner.saveReference(half.resolve("reference"));
            learner.saveState(half.resolve("optimizer"));
            steps(learner, 3, 7);
            learner.savePolicy(directory.resolve("straight"));
            learner.saveReference(directory.resolve("straight/reference"));
        }

        try (LoraAdapter adapter = LoraAdapter.load(SmallLlama.TINY, half);
                DpoLearner learner = new DpoLearner(config(refresh), model, adapter, null)) {
            learner.loadState(half.resolve("optimizer"));
            learner.loadReference(half.resolve("reference"));
            steps(learner, 3, 7);
            learner.savePolicy(directory.resolve("resumed"));
            learner.saveReference(directory.resolve("resumed/reference"));
        }

        for (String file : List.of(PeftConfig.WEIGHTS_FILE_NAME, "reference/" + PeftConfig.WEIGHTS_FILE_NAME)) {
            assertThat(directory.resolve("resumed").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("straight").resolve(file));
        }
    }

    @Test
    void aRefreshIsDueWhenItsTimeHasCome() {
        ReferenceRefresh steps = ReferenceRefresh.of(When.STEPS, 3, Mode.SOFT, 0.5);
        ReferenceRefresh checkpoint = ReferenceRefresh.of(When.CHECKPOINT, 3, Mode.HARD, 0.5);

        assertThat(List.of(1L, 2L, 3L, 4L, 6L))
                .extracting(steps::isDueAfterStep)
                .containsExactly(false, false, true, false, true);
        assertThat(steps.isDueWithCheckpoint()).isFalse();
        assertThat(checkpoint.isDueWithCheckpoint()).isTrue();
        assertThat(checkpoint.isDueAfterStep(3)).isFalse();
        assertThat(checkpoint.weight()).isEqualTo(1);
        assertThatThrownBy(() -> ReferenceRefresh.of(When.STEPS, 1, Mode.SOFT, 0))
                .hasMessageContaining("weight");
        assertThatThrownBy(() -> ReferenceRefresh.of(When.STEPS, 0, Mode.HARD, 0))
                .hasMessageContaining("everySteps");
    }

    @Test
    void onlyAnAdapterOfTheSameShapeCanBeFollowed() {
        try (LoraAdapter other = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(4, 8), 3);
                Reference reference = new Reference(other)) {
            assertThatThrownBy(() -> reference.refresh(policy, 0.5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lora_A");
        }
    }

    private DpoLearner learner(ReferenceRefresh refresh) {
        return new DpoLearner(config(refresh), model, policy, null);
    }

    private static LearnerConfig config(ReferenceRefresh refresh) {
        return new LearnerConfig(
                PairObjective.of(new LossFunction.Sigmoid(BETA, 0)),
                AdamWConfig.DEFAULTS.withLearningRate(1e-2),
                PassLimits.DEFAULTS,
                refresh);
    }

    private static void steps(DpoLearner learner, int from, int to) {
        for (int i = from; i < to; i++) {
            learner.train(SmallLlama.pairs(SmallLlama.TINY, 4, i));
        }
    }

    /** Log-probabilities of both answers. */
    private double[] logps(LoraAdapter adapter, TrainingPair pair) {
        ReferenceLlama reference =
                new ReferenceLlama(SmallLlama.TINY, model.weights(), adapter.parameters(), adapter.scale());
        return new double[] {
            reference.logp(pair.promptTokens(), pair.chosenTokens()),
            reference.logp(pair.promptTokens(), pair.rejectedTokens())
        };
    }

    private static void fill(LoraAdapter adapter, float a, float b) {
        try (GradientMode _ = GradientMode.off()) {
            for (NDArray parameter : adapter.parameters()) {
                float[] values = parameter.toFloatArray();
                Arrays.fill(values, parameter.getName().contains("lora_A") ? a : b);
                parameter.set(values);
            }
        }
    }

    private static void assertFilled(@Nullable LearnedWeights adapter, float a, float b) {
        for (NDArray parameter : Objects.requireNonNull(adapter).parameters()) {
            float expected = parameter.getName().contains("lora_A") ? a : b;
            for (float value : parameter.toFloatArray()) {
                assertThat(value).isEqualTo(expected);
            }
        }
    }
}
