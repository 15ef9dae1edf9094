package dev.attune.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.testing.SharedData;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.model.DoublePrecisionRun;
import dev.attune.trainer.testing.GoldenJson;
import dev.attune.trainer.testing.GoldenRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** In the step where it is smallest, relative to the largest of its tensor. */
    private static final double NEGLIGIBLE_GRADIENT = 0.1;

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
        DoublePrecisionRun exact = DoublePrecisionRun.of(
                SharedData.resolve("models/tinystories-656k"),
                golden.resolve("adapter-init"),
                reference.equals("init"),
                GoldenRun.read(run, loss).pairs(),
                function(loss),
                10);
        assertAdapter(golden.resolve(loss + "-adapter-final"), folder.resolve("adapter"), exact);
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
     * Adam divides a gradient by its own size: where that is nearly zero, its rounding becomes a visible step, in TRL's
     * run as in ours. So every weight that has a gradient to speak of is held to 1e-4 of its tensor's largest, the others
     * are counted; and every tensor is as near to TRL's as 1e-4 of its norm, or as TRL's is to the run in double precision.
     */
    private static void assertAdapter(Path expected, Path measured, DoublePrecisionRun exact) throws IOException {
        Map<String, float[]> golden = adapter(expected);
        Map<String, float[]> ours = adapter(measured);
        assertThat(ours.keySet()).isEqualTo(golden.keySet());
        int beyond = 0;
        double difference = 0;
        double size = 0;
        for (String name : golden.keySet()) {
            double[] theirs = doubles(golden.get(name));
            double[] actual = doubles(ours.get(name));
            assertThat(actual).as(name).hasSameSizeAs(theirs);
            double bound = RELATIVE * largest(theirs);
            double[] gradients = exact.smallestGradients().get(name);
            for (int i = 0; i < theirs.length; i++) {
                boolean agrees = Math.abs(actual[i] - theirs[i]) <= bound;
                assertThat(agrees || gradients[i] < NEGLIGIBLE_GRADIENT)
                        .as(name + " " + i)
                        .isTrue();
                beyond += agrees ? 0 : 1;
            }
            double ofTensor = distance(actual, theirs);
            assertThat(ofTensor / norm(theirs))
                    .as(name)
                    .isLessThan(Math.max(RELATIVE, distance(exact.weights().get(name), theirs) / norm(theirs)));
            difference += Math.pow(ofTensor, 2);
            size += Math.pow(norm(theirs), 2);
        }
        assertThat(Math.sqrt(difference / size)).isLessThan(RELATIVE);
        assertThat(beyond).isLessThan(100); // of 38,912
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    private static double norm(double[] values) {
        return distance(values, new double[values.length]);
    }

    private static double distance(double[] one, double[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(squares);
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    private static LossFunction function(String loss) {
        return switch (loss) {
            case "sigmoid" -> new LossFunction.Sigmoid(0.1, 0);
            case "ipo" -> new LossFunction.Ipo(0.1);
            case "hinge" -> new LossFunction.Hinge(0.1);
            case "robust" -> new LossFunction.Robust(0.1, 0.1);
            default -> throw new IllegalArgumentException(loss);
        };
    }

    private static Map<String, float[]> adapter(Path directory) throws IOException {
        Map<String, float[]> tensors = new TreeMap<>();
        try (SafeTensors file = SafeTensors.open(directory.resolve(PeftConfig.WEIGHTS_FILE_NAME))) {
            for (String name : file.tensors().keySet()) {
                tensors.put(name, file.floats(name));
            }
        }
        return tensors;
    }
}
