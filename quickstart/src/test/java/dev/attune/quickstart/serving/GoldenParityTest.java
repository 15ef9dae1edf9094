package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.quickstart.serving.engine.Engine;
import dev.attune.quickstart.serving.engine.EngineSettings;
import dev.attune.quickstart.serving.engine.Generation;
import dev.attune.quickstart.serving.engine.GenerationRequest;
import dev.attune.quickstart.serving.engine.GenerationRequest.StopCondition;
import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.quickstart.serving.engine.SamplingParameters;
import dev.attune.quickstart.serving.gguf.BaseModelConverter;
import dev.attune.quickstart.serving.llamacpp.LlamaModel;
import dev.attune.testing.SharedData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served, held against what transformers and TRL computed. */
class GoldenParityTest {
    private static final double TOKEN_BOUND = 2e-4;
    private static final double SEQUENCE_BOUND = 1e-3;

    @Test
    void givenAnUntiedLlamaWhenServedThenTokenLogprobsAreThoseOfTransformers(@TempDir Path work) throws Exception {
        Path family = SharedData.resolve("golden/families/llama-untied");
        JsonNode golden =
                ServingClient.JSON.readTree(family.resolve("golden.json").toFile());
        Path gguf = work.resolve("model.gguf");
        BaseModelConverter.convert(family, TinyModel.config(family), gguf);
        ModelRegistry models = new ModelRegistry("base", "", 1);

        try (LlamaModel model = LlamaModel.load(gguf);
                Engine engine = new Engine(model, EngineSettings.of(512, 1))) {
            for (int i = 0; i < golden.get("input_ids").size(); i++) {
                int[] tokens = tokens(golden.get("input_ids").get(i));
                Generation generation = engine.submit(
                                new GenerationRequest(
                                        tokens, 1, 0, SamplingParameters.GREEDY, Set.of(), StopCondition.NEVER, -1, 0),
                                models.acquire("base").orElseThrow())
                        .get();

                JsonNode expected = golden.get("token_logps").get(i);
                assertThat(generation.promptLogprobs()).hasSize(expected.size());
                double sum = 0;
                for (int j = 0; j < expected.size(); j++) {
                    double logprob = generation.promptLogprobs().get(j).logprob();
                    assertThat(logprob).isCloseTo(expected.get(j).asDouble(), within(TOKEN_BOUND));
                    sum += logprob;
                }
                assertThat(sum).isCloseTo(golden.get("sum_logps").get(i).asDouble(), within(SEQUENCE_BOUND));
            }
        }
    }

    @Test
    void givenTheAdapterThatTrlBeganWithWhenServedThenSummedLogprobsAreThoseOfItsFirstStep() throws Exception {
        Path model = SharedData.resolve("models/tinystories-656k");

        try (ServingServer server = ServingServer.start(ServingConfig.of(model));
                ServingClient client = new ServingClient(server.url())) {
            assertFirstStep(client, "tinystories-656k", "from-base");
            Path adapter = SharedData.resolve("golden/from-adapter/adapter-init");
            assertThat(client.load("v1", adapter).status()).isEqualTo(200);
            assertFirstStep(client, "v1", "from-adapter");
        }
    }

    /** TRL reports the means over eight chosen and eight rejected answers, which its batch holds in this order. */
    private static void assertFirstStep(ServingClient client, String model, String run) throws Exception {
        JsonNode batch = ServingClient.JSON.readTree(
                SharedData.resolve("golden/" + run + "/batch.json").toFile());
        JsonNode firstStep = ServingClient.JSON
                .readTree(SharedData.resolve("golden/" + run + "/sigmoid.json").toFile())
                .at("/steps/0");
        int pairs = batch.get("input_ids").size() / 2;
        double[] means = new double[2];
        for (int row = 0; row < 2 * pairs; row++) {
            int length = 0;
            for (JsonNode attended : batch.get("attention_mask").get(row)) {
                length += attended.asInt();
            }
            int[] tokens = Arrays.copyOf(tokens(batch.get("input_ids").get(row)), length);
            List<Double> logprobs = client.promptLogprobs(model, tokens);
            for (int i = 1; i < length; i++) {
                if (batch.get("completion_mask").get(row).get(i).asInt() == 1) {
                    means[row / pairs] += logprobs.get(i - 1) / pairs;
                }
            }
        }
        assertThat(means[0]).isCloseTo(firstStep.get("logps/chosen").asDouble(), within(SEQUENCE_BOUND));
        assertThat(means[1]).isCloseTo(firstStep.get("logps/rejected").asDouble(), within(SEQUENCE_BOUND));
    }

    private static int[] tokens(JsonNode list) {
        int[] tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = list.get(i).asInt();
        }
        return tokens;
    }
}
