package dev.attune.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdamWTest {
    private static final AdamWConfig CONFIG = new AdamWConfig(0.1, 0.9, 0.999, 1e-8, 0, 1, 0, 0, false);

    @TempDir
    Path directory;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray parameter(float... values) {
        NDArray parameter = manager.create(values);
        parameter.setName("p");
        parameter.setRequiresGradient(true);
        return parameter;
    }

    /** Leaves {@code gradient} on the parameter: that of the sum of both, multiplied. */
    private static void backward(NDArray parameter, float... gradient) {
        try (NDManager step = parameter.getManager().newSubManager();
                GradientMode _ = GradientMode.recorded()) {
            NDArray same = parameter.mul(1f);
            same.attach(step);
            Gradients.backward(same, step.create(gradient, same.getShape()));
        }
    }

    @Test
    void normsAndBiasesDecayOnlyWhereTheyAreAskedTo() {
        NDArray norm = parameter(2f);
        NDArray matrix = manager.create(new float[] {2f}, new Shape(1, 1));
        matrix.setName("matrix");
        matrix.setRequiresGradient(true);
        try (AdamW optimizer = new AdamW(CONFIG.withWeightDecay(0.5, false), new NDList(norm, matrix))) {
            backward(norm, 0f);
            backward(matrix, 0f);

            optimizer.update();

            assertThat(norm.toFloatArray()).containsExactly(2f);
            // 2 - 0.1 * 0.5 * 2
            assertThat(matrix.toFloatArray()).containsExactly(1.9f);
        }
    }

    @Test
    void takesTheStepsOfTheAlgorithm() {
        NDArray p = parameter(1f, -2f);
        AdamWConfig config = new AdamWConfig(0.1, 0.9, 0.999, 1e-8, 0.01, Double.POSITIVE_INFINITY, 0, 0, true);
        try (AdamW optimizer = new AdamW(config, new NDList(p))) {
            double[] expected = {1, -2};
            double[] m = new double[2];
            double[] v = new double[2];
            float[][] gradients = {{0.5f, -0.25f}, {-1f, 0.75f}, {0.1f, 3f}};
            for (int t = 1; t <= gradients.length; t++) {
                backward(p, gradients[t - 1]);

                double norm = optimizer.update();

                for (int i = 0; i < 2; i++) {
                    double g = gradients[t - 1][i];
                    m[i] = 0.9 * m[i] + 0.1 * g;
                    v[i] = 0.999 * v[i] + 0.001 * g * g;
                    double mHat = m[i] / (1 - Math.pow(0.9, t));
                    double vHat = v[i] / (1 - Math.pow(0.999, t));
                    expected[i] -= 0.1 * 0.01 * expected[i];
                    expected[i] -= 0.1 * mHat / (Math.sqrt(vHat) + 1e-8);
                    assertThat((double) p.toFloatArray()[i]).isCloseTo(expected[i], within(2e-6));
                }
                assertThat(norm).isCloseTo(Math.hypot(gradients[t - 1][0], gradients[t - 1][1]), within(1e-6));
            }
            assertThat(optimizer.step()).isEqualTo(3);
        }
    }

    @Test
    void clipsNegativeGradientsToo() throws IOException {
        NDArray p = parameter(0f, 0f);
        try (AdamW optimizer = new AdamW(CONFIG, new NDList(p))) {
            backward(p, -30f, 40f);

            double norm = optimizer.update();

            assertThat(norm).isCloseTo(50, within(1e-4));
            // The first moment is 0.1 of the clipped gradient: 0.1 * (-0.6, 0.8), plain to see in the saved state.
            optimizer.save(directory.resolve("state"));
        }
        try (var state = dev.attune.artifacts.SafeTensors.open(directory.resolve("state"))) {
            float[] moment = state.floats("first_moment.p");
            assertThat(moment[0]).isCloseTo(-0.06f, within(1e-6f));
            assertThat(moment[1]).isCloseTo(0.08f, within(1e-6f));
        }
    }

    @Test
    void warmsUp() {
        AdamWConfig config = new AdamWConfig(0.1, 0.9, 0.999, 1e-8, 0, 1, 4, 0, false);

        assertThat(config.learningRateAt(1)).isCloseTo(0.025, within(1e-12));
        assertThat(config.learningRateAt(3)).isCloseTo(0.075, within(1e-12));
        assertThat(config.learningRateAt(4)).isEqualTo(0.1);
        assertThat(config.learningRateAt(5)).isEqualTo(0.1);
    }

    @Test
    void fallsAlongACosineAndBeginsAnew() {
        AdamWConfig config = AdamWConfig.DEFAULTS.withLearningRate(0.1).withSchedule(2, 4);

        // Warm-up 1/2 and 1, then twice (1 + cos(k pi / 4)) / 2 for k = 0..3
        double[] shares = {0.5, 1, 1, 0.853553, 0.5, 0.146447, 1, 0.853553, 0.5, 0.146447, 1};
        for (int step = 1; step <= shares.length; step++) {
            assertThat(config.learningRateAt(step)).as("step " + step).isCloseTo(0.1 * shares[step - 1], within(1e-7));
        }
    }

    @Test
    void takesNoStepThatIsNotFinite() {
        NDArray p = parameter(1f, 2f);
        try (AdamW optimizer = new AdamW(CONFIG, new NDList(p))) {
            backward(p, Float.NaN, 1f);

            assertThatThrownBy(optimizer::update)
                    .isInstanceOf(DivergedException.class)
                    .hasMessage("the gradient norm of step 1 is NaN");

            assertThat(p.toFloatArray()).containsExactly(1f, 2f);
            assertThat(optimizer.step()).isZero();
            backward(p, 0.5f, 0.5f);
            assertThat(optimizer.update()).isCloseTo(Math.sqrt(0.5), within(1e-6));
        }
    }

    @Test
    void refusesTheStateOfAnother() throws IOException {
        Path file = directory.resolve("state");
        try (AdamW optimizer = new AdamW(CONFIG, new NDList(parameter(1f)))) {
            optimizer.save(file);
        }
        try (AdamW optimizer = new AdamW(CONFIG, new NDList(parameter(1f, 2f)))) {
            assertThatThrownBy(() -> optimizer.load(file))
                    .isInstanceOf(ModelException.class)
                    .hasMessage(file + ": first_moment.p: has shape [1], but the config says [2]");
            Files.delete(file);
            assertThatThrownBy(() -> optimizer.load(file)).hasMessage(file + ": is missing");
        }
    }
}
