package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.DType;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.FullWeights;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.CentralDifferences;
import dev.attune.trainer.testing.ReferenceLlama;
import dev.attune.trainer.testing.ReferenceLoss;
import dev.attune.trainer.testing.SmallLlama;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All weights learn: embedding (the output matrix too, or not), norms and linear layers, against double precision. */
class FullParametersTest {
    private static final double BETA = 0.3;
    private static final double RATE = 1e-2;
    private static final double DECAY = 0.1;
    private static final double CLIP = 0.5;
    private static final int STEPS = 5;
    private static final ReferenceLoss.Setting SETTING = new ReferenceLoss.Setting(BETA, 0);

    private final List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, 3, 8);
    private final LearnerConfig config = new LearnerConfig(
            PairObjective.of(new LossFunction.Sigmoid(BETA, 0)),
            AdamWConfig.DEFAULTS.withLearningRate(RATE).withMaxGradNorm(CLIP).withWeightDecay(DECAY, false));

    private CausalLm model;
    private FullWeights policy;

    private void makeModel(boolean tied) {
        model = CausalLm.random(tied ? SmallLlama.TINY : SmallLlama.TINY_UNTIED, 1);
        // Away from the start, where the random weights are nearly nothing.
        SmallLlama.disturb(model.weights(), 0.4, 5);
        policy = FullWeights.of(model, DType.F32);
    }

    @AfterEach
    void closeModel() {
        policy.close();
        model.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theGradientOfEveryWeightIsTheReferences(boolean tied) {
        makeModel(tied);
        SmallLlama.disturb(policy.parameters(), 0.1, 6);
        ReferenceLlama before = copy(model.weights());
        ReferenceLlama after = copy(policy.parameters());
        try (DpoLearner learner = new DpoLearner(config, model, policy, null);
                NDManager step = model.newStep()) {
            StepMetrics metrics = learner.backward(pairs);

            DoubleSupplier objective = objective(after, before);
            assertThat(metrics.loss()).isCloseTo(objective.getAsDouble(), within(1e-5));
            NDList gradients = Gradients.of(policy.parameters(), step);
            for (int i = 0; i < gradients.size(); i++) {
                String name = policy.parameters().get(i).getName();
                float[] gradient = gradients.get(i).toFloatArray();
                double[] slopes = CentralDifferences.of(after.tensor(name), objective);
                for (int j = 0; j < slopes.length; j++) {
                    assertThat((double) gradient[j])
                            .as(name + " " + j)
                            .isCloseTo(slopes[j], within(1e-5 + 1e-4 * Math.abs(slopes[j])));
                }
                assertThat(norm(slopes)).as(name + " learns").isGreaterThan(1e-4);
            }
        }
    }

    @Test
    void fiveStepsAreTheReferencesInDoublePrecision() {
        makeModel(true);
        ReferenceLlama before = copy(model.weights());
        ReferenceLlama after = copy(policy.parameters());
        Map<String, double[]> first = new HashMap<>();
        Map<String, double[]> second = new HashMap<>();
        try (DpoLearner learner = new DpoLearner(config, model, policy, null)) {
            double loss = Double.POSITIVE_INFINITY;
            for (int step = 1; step <= STEPS; step++) {
                double expected = objective(after, before).getAsDouble();
                double norm = update(step, after, before, first, second);

                StepMetrics metrics = learner.train(pairs);

                assertThat(metrics.loss()).isCloseTo(expected, within(1e-4 * expected));
                assertThat(metrics.gradNorm()).isCloseTo(norm, within(1e-4 * norm));
                assertThat(metrics.loss()).isLessThan(loss);
                loss = metrics.loss();
            }
        }
        for (NDArray weight : policy.parameters()) {
            double[] expected = after.tensor(weight.getName());
            double[] start = before.tensor(weight.getName());
            float[] actual = weight.toFloatArray();
            double[] difference = new double[expected.length];
            double[] moved = new double[expected.length];
            for (int i = 0; i < expected.length; i++) {
                difference[i] = actual[i] - expected[i];
                moved[i] = expected[i] - start[i];
            }
            // Of the way that the weights went, not only of the weights.
            assertThat(norm(difference)).as(weight.getName()).isLessThan(1e-4 * norm(moved));
        }
        // The model that they began as is the reference, and stays.
        assertThat(model.weights().get(0).toFloatArray())
                .isNotEqualTo(policy.parameters().get(0).toFloatArray());
    }

    private DoubleSupplier objective(ReferenceLlama policy, ReferenceLlama reference) {
        return () -> pairs.stream()
                .mapToDouble(pair -> ReferenceLoss.SIGMOID.of(pair, policy, reference, SETTING))
                .average()
                .orElseThrow();
    }

    private ReferenceLlama copy(NDList weights) {
        return new ReferenceLlama(model.config(), weights, new NDList(), 0);
    }

    /**
     * AdamW as PyTorch's documentation writes it, norms without decay, after clipping.
     *
     * @return the norm before clipping
     */
    private double update(
            int step,
            ReferenceLlama moved,
            ReferenceLlama reference,
            Map<String, double[]> first,
            Map<String, double[]> second) {
        Map<String, double[]> gradients = new HashMap<>();
        double squares = 0;
        for (NDArray weight : policy.parameters()) {
            double[] gradient = CentralDifferences.of(moved.tensor(weight.getName()), objective(moved, reference));
            gradients.put(weight.getName(), gradient);
            squares += Math.pow(norm(gradient), 2);
        }
        double norm = Math.sqrt(squares);
        double clip = Math.min(1, CLIP / (norm + 1e-6));
        gradients.forEach((name, gradient) -> {
            double[] values = moved.tensor(name);
            double[] m = first.computeIfAbsent(name, _ -> new double[values.length]);
            double[] v = second.computeIfAbsent(name, _ -> new double[values.length]);
            for (int i = 0; i < values.length; i++) {
                double g = gradient[i] * clip;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                values[i] -= name.contains("norm") ? 0 : RATE * DECAY * values[i];
                values[i] -= RATE
                        * (m[i] / (1 - Math.pow(0.9, step)))
                        / (Math.sqrt(v[i] / (1 - Math.pow(0.999, step))) + 1e-8);
            }
        });
        return norm;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
