package dev.attune.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorInfo;
import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
    @TempDir
    Path directory;

    private final TrainRun run = new TrainRun();

    private int train(String... arguments) {
        return run.train(directory, arguments);
    }

    @Test
    void writesAnAdapterThatPeftReads() throws IOException {
        Path golden = SharedData.resolve("golden/from-base/sigmoid-adapter-final");
        Path report = directory.resolve("report.json");

        int exitCode = train(
                "--pairs",
                SharedData.resolve("golden/pairs.json").toString(),
                "--steps",
                "3",
                "--lr",
                "1e-3",
                "--rank",
                "8",
                "--report",
                report.toString());

        assertThat(run.err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        Path adapter = directory.resolve("adapter");
        assertThat(shapes(adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME)))
                .isEqualTo(shapes(golden.resolve(PeftConfig.WEIGHTS_FILE_NAME)));
        PeftConfig ours = PeftConfig.read(adapter.resolve(PeftConfig.FILE_NAME));
        PeftConfig peft = PeftConfig.read(golden.resolve(PeftConfig.FILE_NAME));
        assertThat(ours)
                .usingRecursiveComparison()
                .ignoringFields("baseModelNameOrPath")
                .isEqualTo(peft);
        assertThat(run.out.toString()).contains("8 pairs, 0 of them truncated", "step 1/3  loss 0.6931", "step 3/3");

        JsonNode steps = new ObjectMapper().readTree(report.toFile()).get("steps");
        assertThat(steps).hasSize(3);
        assertThat(steps.get(0).get("loss").asDouble()).isCloseTo(Math.log(2), within(1e-9));
        assertThat(steps.get(2).get("loss").asDouble()).isLessThan(0.68);
    }

    private static Map<String, String> shapes(Path file) throws IOException {
        Map<String, String> shapes = new TreeMap<>();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            for (Map.Entry<String, TensorInfo> tensor : tensors.tensors().entrySet()) {
                shapes.put(
                        tensor.getKey(),
                        tensor.getValue().dtype()
                                + Arrays.toString(tensor.getValue().shape()));
            }
        }
        return shapes;
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        Path pairs = Files.writeString(directory.resolve("pairs.jsonl"), """
                {"prompt": "Tom had a ball.", "chosen": " He ran.", "rejected": " No.", "strength": 0.75}

                {"prompt": [{"role": "user", "content": "Hi"}], "chosen": " a", "rejected": " b", "extra": 1}
                """);
        Path weights = directory.resolve("adapter").resolve(PeftConfig.WEIGHTS_FILE_NAME);

        assertThat(train("--pairs", pairs.toString(), "--batch", "1", "--steps", "5"))
                .isZero();
        byte[] first = Files.readAllBytes(weights);
        assertThat(train("--pairs", pairs.toString(), "--batch", "1", "--steps", "5"))
                .isZero();

        assertThat(weights).hasBinaryContent(first);
    }

    @Test
    void answersAreTextOrOneMessageAsExportWritesThem() throws Exception {
        Path pairs = Files.writeString(directory.resolve("pairs.jsonl"), """
                {"prompt": [{"role": "user", "content": "Hi"}], "chosen": "a", "rejected": "b"}
                {"prompt": [{"role": "user", "content": "Hi"}], "strength": 1.0, "pairId": "p1",\
                 "chosen": [{"role": "assistant", "content": "a"}], "rejected": [{"role": "assistant", "content": "b"}]}
                """);

        List<PreferenceRecord> records = PairsFile.read(pairs);

        assertThat(records).hasSize(2);
        assertThat(records.get(1))
                .usingRecursiveComparison()
                .ignoringFields("line")
                .isEqualTo(records.get(0));
    }

    @Test
    void aReferenceThatIsAlwaysTheAdapterMakesEveryStepAFirstOne() throws IOException {
        Path report = directory.resolve("report.json");

        int exitCode = train(
                "--pairs",
                SharedData.resolve("golden/pairs.json").toString(),
                "--steps",
                "3",
                "--lr",
                "1e-3",
                "--reference-refresh",
                "steps",
                "--reference-every-steps",
                "1",
                "--reference-mode",
                "hard",
                "--report",
                report.toString());

        assertThat(run.err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        JsonNode steps = new ObjectMapper().readTree(report.toFile()).get("steps");
        for (JsonNode step : steps) {
            assertThat(step.get("loss").asDouble()).isCloseTo(Math.log(2), within(1e-9));
        }
        assertThat(steps.get(2).get("kl").asDouble()).isPositive();
    }

    @Test
    void severalLossesAreReportedOneByOne() throws IOException {
        Path report = directory.resolve("report.json");

        int exitCode = train(
                "--pairs",
                SharedData.resolve("golden/pairs.json").toString(),
                "--loss",
                "sigmoid,sft",
                "--loss-weights",
                "1,0.2",
                "--report",
                report.toString());

        assertThat(run.err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        JsonNode step =
                new ObjectMapper().readTree(report.toFile()).get("steps").get(0);
        assertThat(step.get("loss/sigmoid").asDouble()).isCloseTo(Math.log(2), within(1e-9));
        assertThat(step.get("loss").asDouble())
                .isCloseTo(Math.log(2) + 0.2 * step.get("loss/sft").asDouble(), within(1e-9));
    }

    @Test
    void accumulatesBatchesOnAScheduleOfRates() throws IOException {
        Path whole = directory.resolve("whole.json");
        Path parts = directory.resolve("parts.json");
        String golden = SharedData.resolve("golden/pairs.json").toString();
        String[] schedule = {
            "--pairs", golden, "--steps", "4", "--lr", "1e-3", "--warm-up-steps", "2", "--cycle-steps", "2"
        };

        assertThat(train(with(schedule, "--batch", "8", "--report", whole.toString())))
                .isZero();
        assertThat(train(with(schedule, "--batch", "2", "--accumulate", "4", "--report", parts.toString())))
                .isZero();

        JsonNode expected = new ObjectMapper().readTree(whole.toFile()).get("steps");
        JsonNode actual = new ObjectMapper().readTree(parts.toFile()).get("steps");
        double[] rates = {5e-4, 1e-3, 1e-3, 5e-4};
        for (int i = 0; i < rates.length; i++) {
            assertThat(expected.get(i).get("learning_rate").asDouble()).isCloseTo(rates[i], within(1e-12));
            for (String metric : new String[] {"loss", "grad_norm", "logps/chosen", "rewards/margins", "num_tokens"}) {
                assertThat(actual.get(i).get(metric).asDouble())
                        .as(metric + " of step " + (i + 1))
                        .isCloseTo(expected.get(i).get(metric).asDouble(), within(1e-4));
            }
        }
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Test
    void adaptsTheModulesThatAreAskedFor() throws IOException {
        int exitCode = train(
                "--pairs",
                SharedData.resolve("golden/pairs.json").toString(),
                "--steps",
                "2",
                "--rank",
                "4",
                "--rslora",
                "--target-modules",
                "v_proj,q_proj");

        assertThat(run.err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        Path adapter = directory.resolve("adapter");
        PeftConfig written = PeftConfig.read(adapter.resolve(PeftConfig.FILE_NAME));
        assertThat(written.targetModules()).containsExactly("q_proj", "v_proj");
        assertThat(written.useRslora()).isTrue();
        // 8 / sqrt(4)
        assertThat(written.scale()).isEqualTo(4.0);
        assertThat(shapes(adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME)).keySet())
                .allMatch(name -> name.contains(".q_proj.") || name.contains(".v_proj."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [{"prompt": "a", "chosen": "b"}]                                      | line 1: rejected: is missing
                    {"prompt": "a", "chosen": "b", "rejected": "c"}\\n{"prompt": "a", "chosen": 3} | line 2: chosen: must be text, not a number
                    {"prompt": "", "chosen": "b", "rejected": "c"}                        | line 1: prompt: is empty
                    {"prompt": [], "chosen": "b", "rejected": "c"}                        | line 1: prompt: has no message
                    {"prompt": [{"role": "user"}], "chosen": "b", "rejected": "c"}        | line 1: prompt[0].content: is missing
                    {"prompt": "a", "chosen": [], "rejected": "c"}                        | line 1: chosen: must be text, or a list of one message with role assistant
                    {"prompt": "a", "chosen": [{"role": "user", "content": "b"}], "rejected": "c"} | line 1: chosen: must be text, or a list of one message with role assistant
                    {"prompt": "a", "chosen": "b", "rejected": [{"role": "assistant"}]}   | line 1: rejected[0].content: is missing
                    {"prompt": "a", "chosen": "b", "rejected": "c", "strength": 1.5}      | line 1: strength: must be a number above 0 and at most 1, not 1.5
                    [\\n{"prompt": "a",\\n"chosen" "b"}]                                  | line 3: is not JSON
                    [1]                                                                   | line 1: must be an object with prompt, chosen and rejected, not a number
                    []                                                                    | holds no pair
                    ``                                                                    | holds no pair
                    """)
    void namesFileLineAndField(String content, String message) throws IOException {
        Path pairs = Files.writeString(directory.resolve("pairs.json"), content.replace("\\n", "\n"));

        int exitCode = train("--pairs", pairs.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(run.err.toString()).startsWith("train: " + pairs + ": " + message);
        assertThat(run.err.toString().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --beta=0           | --beta: must be a number above 0, but is 0.0
                    --rank=0           | --rank: must be from 1 to 512, but is 0
                    --alpha=0          | --alpha: must be at least 1, but is 0
                    --target-modules=q | --target-modules: the model has no linear layer 'q', but q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj
                    --reference-refresh=checkpoint | --reference-refresh: must be never or steps: checkpoints and releases are the online trainer's
                    --reference-refresh=release | --reference-refresh: must be never or steps: checkpoints and releases are the online trainer's
                    --reference-alpha=1 | --reference-alpha: must be above 0 and below 1, but is 1.0
                    --reference-every-steps=0 | --reference-every-steps: must be at least 1, but is 0
                    --loss=kto,ipo     | --loss: kto is of single answers, the other losses are of pairs: give kto alone, without lossWeights and sftWeight, or only losses of pairs
                    --desirable-weight=2 | --desirable-weight, --undesirable-weight: are of --loss kto alone
                    --loss=ipo,ipo     | --loss: names a loss twice: IPO, IPO
                    --loss-weights=1,2 | --loss-weights: must have one weight for each of SIGMOID, but has 2
                    --loss=sigmoid,robust | --label-smoothing: has to be set where both sigmoid and robust take it
                    --cycle-steps=-1   | --cycle-steps: must be at least 0, but is -1
                    --accumulate=0     | --accumulate: must be from 1 to 4096, but is 0
                    --steps=0          | --steps: must be at least 1, but is 0
                    --max-length=513   | --max-length: the model has 512 positions, not 513
                    --pairs=nowhere    | nowhere: is missing
                    """)
    void namesTheOption(String option, String message) {
        String golden = SharedData.resolve("golden/pairs.json").toString();

        int exitCode = option.startsWith("--pairs") ? train(option) : train("--pairs", golden, option);

        assertThat(exitCode).isEqualTo(2);
        assertThat(run.err.toString()).isEqualToIgnoringNewLines("train: " + message);
    }
}
