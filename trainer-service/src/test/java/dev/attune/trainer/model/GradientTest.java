package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.attune.trainer.testing.SmallLlama;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The program's gradients against central differences, parameter by parameter. */
class GradientTest {
    private static final TokenBatch BATCH = TokenBatch.of(List.of(
            new TokenSequence(new int[] {5, 9, 2, 30, 17, 4}, 2),
            new TokenSequence(new int[] {7, 3, 3, 1, 8, 40, 22, 11}, 3)));
    // Different weights for the two rows: a mixed-up row would show.
    private static final float[] ROW_WEIGHTS = {1f, -0.5f};

    @Test
    void ofTheAdapterAreExact() {
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1);
                LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3)) {
            // With B at zero the gradient of A would be zero.
            randomize(adapter.parameters(), 0.1);

            assertGradientsAreExact(model, adapter, adapter.parameters());
        }
    }

    @Test
    void ofTheWeightsAreExactWithoutAnAdapter() {
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1)) {
            randomize(model.weights(), 0.2);
            model.weights().forEach(weight -> weight.setRequiresGradient(true));

            assertGradientsAreExact(model, null, model.weights());
        }
    }

    private static void assertGradientsAreExact(CausalLm model, @Nullable LoraAdapter adapter, NDList parameters) {
        try (NDManager step = model.newStep()) {
            NDList gradients;
            try (GradientMode _ = GradientMode.recorded()) {
                Gradients.backward(model.score(step, BATCH, adapter).sequences(), step.create(ROW_WEIGHTS));
                gradients = Gradients.of(parameters, step);
            }
            for (int i = 0; i < parameters.size(); i++) {
                float[] gradient = gradients.get(i).toFloatArray();
                double norm = norm(gradient);
                assertThat(norm).as(parameters.get(i).getName()).isPositive();
                // The slope along the gradient is its norm.
                assertThat(slope(model, adapter, parameters.get(i), gradient, norm))
                        .as(parameters.get(i).getName())
                        .isCloseTo(norm, within(5e-3 * norm + 2e-3));
            }
        }
    }

    /** Of the weighted objective, along the unit vector gradient / norm. */
    private static double slope(
            CausalLm model, @Nullable LoraAdapter adapter, NDArray parameter, float[] gradient, double norm) {
        double distance = 1e-2;
        float[] original = parameter.toFloatArray();
        double up = objectiveAt(model, adapter, parameter, moved(original, gradient, distance / norm));
        double down = objectiveAt(model, adapter, parameter, moved(original, gradient, -distance / norm));
        set(parameter, original);
        return (up - down) / (2 * distance);
    }

    private static double objectiveAt(
            CausalLm model, @Nullable LoraAdapter adapter, NDArray parameter, float[] values) {
        set(parameter, values);
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            // Token by token in double precision: the float sum would hide small slopes.
            float[] tokens = model.score(step, BATCH, adapter).tokens().toFloatArray();
            double sum = 0;
            for (int i = 0; i < tokens.length; i++) {
                sum += ROW_WEIGHTS[(int) BATCH.owners()[i]] * tokens[i];
            }
            return sum;
        }
    }

    private static float[] moved(float[] from, float[] direction, double factor) {
        float[] moved = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            moved[i] = (float) (from[i] + factor * direction[i]);
        }
        return moved;
    }

    private static void randomize(NDList parameters, double deviation) {
        Random random = new Random(5);
        for (NDArray parameter : parameters) {
            float[] values = parameter.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (deviation * random.nextGaussian());
            }
            set(parameter, values);
        }
    }

    private static void set(NDArray parameter, float[] values) {
        try (GradientMode _ = GradientMode.off()) {
            parameter.set(values);
        }
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
