package dev.attune.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.testing.SharedData;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code attune train --full}, from the file of pairs to a model that can be loaded. */
class FullTrainTest {
    @TempDir
    Path directory;

    private final TrainRun run = new TrainRun();

    /** What it writes lies in {@code name/adapter}, as {@link TrainRun} says. */
    private JsonNode train(String name, String... more) throws IOException {
        Path report = directory.resolve(name + ".json");
        List<String> arguments = new ArrayList<>(List.of(
                "--pairs",
                SharedData.resolve("golden/pairs.json").toString(),
                "--full",
                "--batch",
                "8",
                "--lr",
                "1e-4",
                "--report",
                report.toString()));
        arguments.addAll(List.of(more));

        int exitCode = run.train(directory.resolve(name), arguments.toArray(String[]::new));

        assertThat(exitCode).as(run.err.toString()).isZero();
        return new ObjectMapper().readTree(report.toFile());
    }

    @Test
    void learnsWithAllWeightsAndWritesAModel() throws IOException {
        JsonNode report = train("one", "--steps", "8");
        train("again", "--steps", "8");

        assertThat(report.get("trained").asText()).isEqualTo("full");
        assertThat(report.at("/steps/0/loss").asDouble()).isCloseTo(Math.log(2), within(1e-9));
        for (int step = 1; step < 8; step++) {
            assertThat(report.at("/steps/" + step + "/loss").asDouble())
                    .isLessThan(report.at("/steps/" + (step - 1) + "/loss").asDouble());
        }
        assertThat(report.at("/steps/7/loss").asDouble()).isLessThan(0.45);
        assertThat(run.out.toString()).contains("model written to");

        Path base = SharedData.resolve("models/tinystories-656k");
        Path out = directory.resolve("one/adapter");
        try (SafeTensors before = SafeTensors.open(base.resolve("model.safetensors"));
                SafeTensors after = SafeTensors.open(out.resolve("model.safetensors"))) {
            assertThat(after.tensors()).hasSize(20);
            for (String name : after.tensors().keySet()) {
                assertThat(after.info(name).dtype()).isEqualTo(DType.F32);
                // The base keeps its tied matrix under the name of the other end.
                String began = before.tensors().containsKey(name) ? name : "lm_head.weight";
                assertThat(after.floats(name)).as(name + " has learned").isNotEqualTo(before.floats(began));
            }
        }
        try (CausalLm model = CausalLm.load(out);
                Tokenizer tokenizer = Tokenizer.load(out)) {
            assertThat(tokenizer.encode("Once upon a time", false)).hasSizeGreaterThan(1);
            assertThat(model.config().vocabularySize()).isEqualTo(2048);
        }
        try (var files = Files.list(out)) {
            for (Path file : files.toList()) {
                assertThat(file)
                        .hasSameBinaryContentAs(
                                directory.resolve("again/adapter").resolve(file.getFileName()));
            }
        }
    }

    /** Of a policy that begins as the base, held to what the base became, the rewards have the other sign. */
    @Test
    void anotherModelMayHoldThePolicy() throws IOException {
        JsonNode learned = train("one", "--steps", "4");
        String trained = directory.resolve("one/adapter").toString();
        JsonNode held = train("held", "--steps", "1", "--reference", trained);

        assertThat(learned.at("/steps/3/rewards~1margins").asDouble()).isPositive();
        assertThat(held.at("/steps/0/rewards~1margins").asDouble()).isNegative();
        assertThat(held.at("/steps/0/loss").asDouble()).isGreaterThan(Math.log(2));
    }

    @Test
    void theReferenceFollowsAllWeights() throws IOException {
        JsonNode report = train(
                "one",
                "--steps",
                "3",
                "--reference-refresh",
                "steps",
                "--reference-every-steps",
                "2",
                "--reference-mode",
                "hard");

        // After the second step the reference is the policy.
        assertThat(report.at("/steps/2/loss").asDouble()).isCloseTo(Math.log(2), within(1e-9));
        assertThat(report.at("/steps/2/kl").asDouble()).isPositive();
    }

    @Test
    void ktoLearnsWithAllWeightsToo() throws IOException {
        JsonNode report = train("kto", "--loss", "kto", "--steps", "3", "--save-as", "bf16");

        assertThat(report.at("/steps/2/loss").asDouble())
                .isLessThan(report.at("/steps/0/loss").asDouble());
        Path out = directory.resolve("kto/adapter");
        try (SafeTensors saved = SafeTensors.open(out.resolve("model.safetensors"))) {
            assertThat(saved.tensors().values()).allMatch(tensor -> tensor.dtype() == DType.BF16);
        }
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("config.json").toFile())
                        .get("torch_dtype")
                        .asText())
                .isEqualTo("bfloat16");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --full --max-parameters=1000 | --full: the model has 656,000 parameters, and training all of them needs 0.0 GiB of memory and what the texts take: train an adapter, or allow it with --max-parameters 656000
                    --full --rank=4              | --adapter-init, --rank, --alpha, --rslora, --target-modules: are of an adapter, and --full trains none: leave them out
                    --full --reference=init      | --reference: init is the adapter of --adapter-init, which is not given
                    --reference=nowhere          | --reference: must be base, init or a directory, but is 'nowhere'
                    --save-as=f16                | --save-as, --max-parameters: are of --full: leave them out
                    --weight-decay=2             | --weight-decay: must be from 0.0 to 1.0, but is 2.0
                    """)
    void namesTheOption(String options, String message) {
        List<String> arguments = new ArrayList<>(
                List.of("--pairs", SharedData.resolve("golden/pairs.json").toString()));
        arguments.addAll(List.of(options.split(" ", -1)));

        int exitCode = run.train(directory, arguments.toArray(String[]::new));

        assertThat(exitCode).isEqualTo(2);
        assertThat(run.err.toString()).isEqualToIgnoringNewLines("train: " + message);
    }

    @Test
    void theModelIsNotOverwritten() {
        StringWriter error = new StringWriter();

        int exitCode = new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(new PrintWriter(error, true))
                .execute("--full", "--model=" + directory, "--out=" + directory.resolve("x/.."), "--pairs=nowhere");

        assertThat(exitCode).isEqualTo(2);
        assertThat(error.toString())
                .isEqualToIgnoringNewLines("train: --out: is the model itself, which would be overwritten");
    }
}
