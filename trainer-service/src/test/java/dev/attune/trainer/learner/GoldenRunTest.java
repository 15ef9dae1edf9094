package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.testing.SharedData;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.GoldenRun;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten steps of TRL's own trainer, reproduced to float32 rounding. */
class GoldenRunTest {
    // Sums of some fifteen log-probabilities of size 66: a few units in the last place of a float.
    private static final double LOGPS_BOUND = 3e-5;
    private static final double METRIC_BOUND = 3e-6;

    @Test
    void againstTheBase() throws IOException {
        // Adam divides gradients by their own size: where one is nearly zero, its rounding becomes a visible step.
        double adapterBound = 5e-4;
        GoldenRun run = GoldenRun.read("from-base", "sigmoid");
        try (CausalLm model = CausalLm.load(SharedData.resolve("models/tinystories-656k"));
                LoraAdapter policy =
                        LoraAdapter.load(model.config(), run.directory().resolve("adapter-init"))) {
            reproduce(run, model, policy, null, adapterBound);
        }
    }

    @Test
    void againstAFrozenAdapter() throws IOException {
        double adapterBound = 2e-5;
        GoldenRun run = GoldenRun.read("from-adapter", "sigmoid");
        Path start = run.directory().resolve("adapter-init");
        try (CausalLm model = CausalLm.load(SharedData.resolve("models/tinystories-656k"));
                LoraAdapter policy = LoraAdapter.load(model.config(), start);
                LoraAdapter reference = LoraAdapter.load(model.config(), start)) {
            reproduce(run, model, policy, reference, adapterBound);
        }
    }

    private static void reproduce(
            GoldenRun run, CausalLm model, LoraAdapter policy, @Nullable LoraAdapter reference, double adapterBound)
            throws IOException {
        LearnerConfig config = new LearnerConfig(
                PairObjective.of(new LossFunction.Sigmoid(0.1, 0)), AdamWConfig.DEFAULTS.withLearningRate(1e-3));
        try (DpoLearner learner = new DpoLearner(config, model, policy, reference)) {
            for (JsonNode golden : run.steps()) {
                StepMetrics metrics = learner.train(run.pairs());

                assertMetric(golden, "loss", metrics.loss(), METRIC_BOUND);
                assertMetric(golden, "grad_norm", metrics.gradNorm(), METRIC_BOUND);
                assertMetric(golden, "rewards/chosen", metrics.rewardsChosen(), METRIC_BOUND);
                assertMetric(golden, "rewards/rejected", metrics.rewardsRejected(), METRIC_BOUND);
                assertMetric(golden, "rewards/margins", metrics.rewardsMargins(), METRIC_BOUND);
                assertMetric(golden, "rewards/accuracies", metrics.rewardsAccuracies(), 0);
                assertMetric(golden, "logps/chosen", metrics.logpsChosen(), LOGPS_BOUND);
                assertMetric(golden, "logps/rejected", metrics.logpsRejected(), LOGPS_BOUND);
                assertThat(metrics.tokens()).isEqualTo(290);
            }
        }
        Path file = run.directory().resolve("sigmoid-adapter-final").resolve(PeftConfig.WEIGHTS_FILE_NAME);
        try (SafeTensors expected = SafeTensors.open(file)) {
            for (NDArray parameter : policy.parameters()) {
                assertThat(parameter.toFloatArray())
                        .as(parameter.getName())
                        .containsExactly(expected.floats(parameter.getName()), within((float) adapterBound));
            }
        }
    }

    private static void assertMetric(JsonNode golden, String name, double actual, double bound) {
        assertThat(actual)
                .as(name + " of step " + golden.get("step"))
                .isCloseTo(golden.get(name).asDouble(), within(bound));
    }
}
