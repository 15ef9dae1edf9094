package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.attune.trainer.loss.KtoLoss;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.LossMix;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.CentralDifferences;
import dev.attune.trainer.testing.ReferenceLlama;
import dev.attune.trainer.testing.ReferenceLoss;
import dev.attune.trainer.testing.SmallLlama;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's losses and every element of their gradients against double precision and its central differences. */
class ReferenceTest {
    private static final double BETA = 0.3;
    private static final double SMOOTHING = 0.1;
    private static final double[] STRENGTHS = {1, 0.75, 0.6, 1};

    private CausalLm model;
    private LoraAdapter policy;
    private LoraAdapter reference;

    @BeforeEach
    void makeModel() {
        model = CausalLm.random(SmallLlama.TINY, 1);
        policy = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 3);
        reference = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 4);
        // Away from the start, where the random weights are nearly nothing and B is zero.
        SmallLlama.disturb(model.weights(), 0.4, 5);
        SmallLlama.disturb(policy.parameters(), 0.3, 6);
        SmallLlama.disturb(reference.parameters(), 0.3, 7);
    }

    @AfterEach
    void closeModel() {
        policy.close();
        reference.close();
        model.close();
    }

    @Test
    void theEnginesLogProbabilitiesAreTheReferences() {
        int[] tokens = {5, 9, 2, 12, 7, 4, 4, 1};
        ReferenceLlama expected = copy(policy);
        try (NDManager step = model.newStep()) {
            TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(tokens, 1)));

            float[] logps = model.score(step, batch, policy).tokens().toFloatArray();

            for (int i = 1; i < tokens.length; i++) {
                int[] before = java.util.Arrays.copyOf(tokens, i);
                assertThat((double) logps[i - 1]).isCloseTo(expected.logp(before, new int[] {tokens[i]}), within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyLossAndItsGradientAreTheReferences(ReferenceLoss loss) {
        List<TrainingPair> pairs = pairs();
        ReferenceLlama before = copy(reference);
        ReferenceLlama after = copy(policy);
        ReferenceLoss.Setting setting = new ReferenceLoss.Setting(BETA, SMOOTHING);
        LearnerConfig config = new LearnerConfig(PairObjective.of(function(loss)), AdamWConfig.DEFAULTS);
        try (DpoLearner learner = new DpoLearner(config, model, policy, reference)) {
            StepMetrics metrics = learner.backward(pairs);

            assertAgree(
                    metrics.loss(),
                    policy.parameters(),
                    after,
                    () -> mean(pairs, pair -> loss.of(pair, after, before, setting)));
        }
    }

    @Test
    void anAdapterOfSomeModulesIsTheReferences() {
        LoraShape shape = new LoraShape(2, 4, true, List.of("k_proj", "o_proj", "down_proj"));
        List<TrainingPair> pairs = pairs();
        ReferenceLoss.Setting setting = new ReferenceLoss.Setting(BETA, 0);
        LearnerConfig config =
                new LearnerConfig(PairObjective.of(new LossFunction.Sigmoid(BETA, 0)), AdamWConfig.DEFAULTS);
        try (LoraAdapter some = LoraAdapter.create(SmallLlama.TINY, "base", shape, 3)) {
            SmallLlama.disturb(some.parameters(), 0.3, 6);
            ReferenceLlama before = copy(reference);
            ReferenceLlama after = copy(some);
            try (DpoLearner learner = new DpoLearner(config, model, some, reference)) {
                StepMetrics metrics = learner.backward(pairs);

                assertAgree(
                        metrics.loss(),
                        some.parameters(),
                        after,
                        () -> mean(pairs, pair -> ReferenceLoss.SIGMOID.of(pair, after, before, setting)));
            }
        }
    }

    @Test
    void severalLossesAtOnceAreTheReferencesSum() {
        List<TrainingPair> pairs = pairs();
        ReferenceLlama before = copy(reference);
        ReferenceLlama after = copy(policy);
        ReferenceLoss.Setting setting = new ReferenceLoss.Setting(BETA, SMOOTHING);
        LossMix mix = new LossMix(
                List.of(LossType.SIGMOID, LossType.IPO, LossType.SFT), List.of(1.0, 0.3, 0.2), SMOOTHING, 0);
        LearnerConfig config = new LearnerConfig(mix.objective(BETA), AdamWConfig.DEFAULTS);
        try (DpoLearner learner = new DpoLearner(config, model, policy, reference)) {
            StepMetrics metrics = learner.backward(pairs);

            assertAgree(
                    metrics.loss(),
                    policy.parameters(),
                    after,
                    () -> mean(
                            pairs,
                            pair -> ReferenceLoss.CONSERVATIVE.of(pair, after, before, setting)
                                    + 0.3 * ReferenceLoss.IPO.of(pair, after, before, setting)
                                    - 0.2
                                            * after.logp(pair.promptTokens(), pair.chosenTokens())
                                            / pair.chosenTokens().length));
            assertThat(metrics.named()).containsKeys("loss/sigmoid", "loss/ipo", "loss/sft");
            assertThat(metrics.losses().get("sigmoid")
                            + 0.3 * metrics.losses().get("ipo")
                            + 0.2 * metrics.losses().get("sft"))
                    .isCloseTo(metrics.loss(), within(1e-9));
        }
    }

    private static double mean(List<TrainingPair> pairs, ToDoubleFunction<TrainingPair> loss) {
        return pairs.stream().mapToDouble(loss).average().orElseThrow();
    }

    /** One of the two orders has a divergence above 0, in the other it is held at 0. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ktoAndItsGradientAreTheReferences(boolean swapped) {
        LoraAdapter learning = swapped ? reference : policy;
        LoraAdapter frozen = swapped ? policy : reference;
        ReferenceLlama before = copy(frozen);
        ReferenceLlama after = copy(learning);
        List<TrainingSingle> answers = new ArrayList<>();
        for (TrainingPair pair : pairs()) {
            answers.add(new TrainingSingle("up", pair.promptTokens(), pair.chosenTokens(), true, pair.strength()));
        }
        TrainingPair last = pairs().getLast();
        answers.add(new TrainingSingle("down", last.promptTokens(), last.rejectedTokens(), false, 0.9));
        double sum = 0;
        // Each answer after the next prompt that is another one; the last two have the same.
        int[] prompts = {1, 2, 3, 0, 0};
        for (int i = 0; i < answers.size(); i++) {
            int[] prompt = answers.get(prompts[i]).promptTokens();
            int[] answer = answers.get(i).answerTokens();
            sum += after.logp(prompt, answer) - before.logp(prompt, answer);
        }
        // No gradient goes through it: it stays what it is while parameters move.
        double divergence = Math.max(0, sum / answers.size());
        PassLimits small = PassLimits.DEFAULTS.withMaxExamples(2);
        KtoLoss loss = new KtoLoss(BETA, 1.5, 0.7);
        try (KtoLearner learner =
                new KtoLearner(loss, AdamWConfig.DEFAULTS, small, ReferenceRefresh.NEVER, model, learning, frozen)) {
            SinglesMetrics metrics = learner.backward(answers);

            assertThat(metrics.divergence()).isCloseTo(divergence, within(1e-5));
            assertAgree(
                    metrics.loss(),
                    learning.parameters(),
                    after,
                    () -> answers.stream()
                            .mapToDouble(one -> kto(one, after, before, divergence))
                            .average()
                            .orElseThrow());
            assertThat(metrics.named()).containsEntry("count/chosen", 4.0).containsEntry("count/rejected", 1.0);
        }
    }

    private static double kto(TrainingSingle one, ReferenceLlama policy, ReferenceLlama reference, double divergence) {
        double logRatio = policy.logp(one.promptTokens(), one.answerTokens())
                - reference.logp(one.promptTokens(), one.answerTokens());
        double liked = 1.5 * (1 - 1 / (1 + Math.exp(-BETA * (logRatio - divergence))));
        double disliked = 0.7 * (1 - 1 / (1 + Math.exp(-BETA * (divergence - logRatio))));
        return one.desirable()
                ? one.strength() * liked + (1 - one.strength()) * disliked
                : one.strength() * disliked + (1 - one.strength()) * liked;
    }

    private static LossFunction function(ReferenceLoss loss) {
        return switch (loss) {
            case SIGMOID -> new LossFunction.Sigmoid(BETA, 0);
            case CONSERVATIVE -> new LossFunction.Sigmoid(BETA, SMOOTHING);
            case ROBUST -> new LossFunction.Robust(BETA, SMOOTHING);
            case SIGMOID_NORM -> new LossFunction.LengthNormalisedSigmoid(BETA);
            case IPO -> new LossFunction.Ipo(BETA);
            case HINGE -> new LossFunction.Hinge(BETA);
        };
    }

    private static List<TrainingPair> pairs() {
        List<TrainingPair> hard = SmallLlama.pairs(SmallLlama.TINY, STRENGTHS.length, 8);
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < STRENGTHS.length; i++) {
            TrainingPair pair = hard.get(i);
            pairs.add(new TrainingPair(
                    pair.pairId(), pair.promptTokens(), pair.chosenTokens(), pair.rejectedTokens(), STRENGTHS[i]));
        }
        return pairs;
    }

    private ReferenceLlama copy(LoraAdapter adapter) {
        return new ReferenceLlama(SmallLlama.TINY, model.weights(), adapter.parameters(), adapter.scale());
    }

    /** @param objective the loss as {@code reference}, whose tensors are moved, now has it */
    private void assertAgree(double loss, NDList parameters, ReferenceLlama moved, DoubleSupplier objective) {
        assertThat(loss).isCloseTo(objective.getAsDouble(), within(1e-5));
        try (NDManager step = model.newStep()) {
            NDList gradients = Gradients.of(parameters, step);
            double squares = 0;
            for (int i = 0; i < parameters.size(); i++) {
                NDArray parameter = parameters.get(i);
                float[] gradient = gradients.get(i).toFloatArray();
                double[] slopes = CentralDifferences.of(moved.tensor(parameter.getName()), objective);
                for (int j = 0; j < slopes.length; j++) {
                    assertThat((double) gradient[j])
                            .as(parameter.getName() + " " + j)
                            .isCloseTo(slopes[j], within(1e-5 + 1e-4 * Math.abs(slopes[j])));
                    squares += slopes[j] * slopes[j];
                }
            }
            assertThat(squares).as("the gradient is not nothing").isGreaterThan(1e-4);
        }
    }
}
