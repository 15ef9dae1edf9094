package dev.attune.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.testing.SharedData;
import dev.attune.trainer.testing.GoldenJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Every golden run of TRL's DPOTrainer, from the file of pairs to the adapter, through the command line. */
class GoldenTrainTest {
    private static final List<String> METRICS = List.of(
            "loss",
            "grad_norm",
            "rewards/chosen",
            "rewards/rejected",
            "rewards/margins",
            "rewards/accuracies",
            "logps/chosen",
            "logps/rejected",
            "num_tokens");
    private static final double RELATIVE = 1e-4;
    private static final double ABSOLUTE = 1e-5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "from-base, sigmoid, base",
        "from-base, ipo, base",
        "from-base, hinge, base",
        "from-base, robust, base",
        "from-adapter, sigmoid, init"
    })
    void isReproduced(String run, String loss, String reference) throws IOException {
        Path golden = SharedData.resolve("golden/" + run);
        Path report = folder.resolve("report.json");
        StringWriter error = new StringWriter();

        int exitCode = new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(error, true))
                .execute(
                        "--model=" + SharedData.resolve("models/tinystories-656k"),
                        "--pairs=" + SharedData.resolve("golden/pairs.json"),
                        "--adapter-init=" + golden.resolve("adapter-init"),
                        "--reference=" + reference,
                        "--loss=" + loss,
                        "--beta=0.1",
                        "--lr=1e-3",
                        "--batch=8",
                        "--steps=10",
                        "--max-grad-norm=1.0",
                        "--report=" + report,
                        "--out=" + folder.resolve("adapter"));

        assertThat(exitCode).as(error.toString()).isZero();
        JsonNode measured = new ObjectMapper().readTree(report.toFile());
        assertThat(measured.get("stepsPerSecond").asDouble()).isPositive();
        JsonNode expected =
                GoldenJson.read("golden/" + run + "/" + loss + ".json").get("steps");
        assertThat(measured.get("steps")).hasSize(10);
        for (int step = 0; step < 10; step++) {
            assertStep(expected.get(step), measured.get("steps").get(step));
        }
        assertAdapter(golden.resolve(loss + "-adapter-final"), folder.resolve("adapter"));
    }

    private static void assertStep(JsonNode expected, JsonNode measured) {
        for (String metric : METRICS) {
            double value = expected.get(metric).asDouble();
            assertThat(measured.get(metric).asDouble())
                    .as(metric + " of step " + expected.get("step"))
                    .isCloseTo(value, within(Math.max(ABSOLUTE, RELATIVE * Math.abs(value))));
        }
    }

    /**
     * The adapters differ by at most 1e-4 of their norm. Single weights may differ more: Adam divides a gradient by its own
     * size, so that where it is nearly zero its rounding becomes a visible step.
     */
    private static void assertAdapter(Path expected, Path measured) throws IOException {
        double difference = 0;
        double size = 0;
        try (SafeTensors golden = SafeTensors.open(expected.resolve(PeftConfig.WEIGHTS_FILE_NAME));
                SafeTensors ours = SafeTensors.open(measured.resolve(PeftConfig.WEIGHTS_FILE_NAME))) {
            assertThat(ours.tensors().keySet()).isEqualTo(golden.tensors().keySet());
            for (String name : golden.tensors().keySet()) {
                float[] values = golden.floats(name);
                float[] actual = ours.floats(name);
                assertThat(actual).as(name).hasSameSizeAs(values);
                for (int i = 0; i < values.length; i++) {
                    difference += Math.pow(actual[i] - values[i], 2);
                    size += Math.pow(values[i], 2);
                }
            }
        }
        assertThat(Math.sqrt(difference / size)).isLessThan(RELATIVE);
    }
}
