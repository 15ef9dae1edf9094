package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.artifacts.DType;
import dev.attune.testing.SharedData;
import dev.attune.trainer.testing.GoldenJson;
import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalLmTest {
    @TempDir
    Path directory;

    /** Against transformers: untied weights with the newer config spelling; tied ones with Llama 3's rope scaling. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-untied", "llama3-rope-scaling"})
    void computesWhatTransformersComputes(String family) throws IOException {
        Path files = SharedData.resolve("golden/families/" + family);
        JsonNode golden = GoldenJson.read("golden/families/" + family + "/golden.json");
        List<TokenSequence> sequences = new ArrayList<>();
        List<TokenSequence> last = new ArrayList<>();
        for (JsonNode row : golden.get("input_ids")) {
            int[] tokens = GoldenJson.ints(row);
            sequences.add(new TokenSequence(tokens, 1));
            // One token more, whose predecessor is the last position of the golden logits.
            int[] longer = java.util.Arrays.copyOf(tokens, tokens.length + 1);
            last.add(new TokenSequence(longer, tokens.length));
        }

        try (CausalLm model = CausalLm.load(files);
                NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            CausalLm.Scores scores = model.score(step, TokenBatch.of(sequences), null);
            NDArray logits = model.logits(step, TokenBatch.of(last), null);

            assertClose(scores.tokens(), golden.get("token_logps"), 5e-6);
            assertClose(scores.sequences(), golden.get("sum_logps"), 3e-4);
            assertClose(logits, golden.get("last_logits"), 5e-6);
        }
    }

    private static void assertClose(NDArray actual, JsonNode expected, double bound) {
        List<Double> numbers = new ArrayList<>();
        flatten(expected, numbers);
        float[] values = actual.toFloatArray();
        assertThat(values).hasSize(numbers.size());
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i]).as("element " + i).isCloseTo(numbers.get(i), within(bound));
        }
    }

    private static void flatten(JsonNode node, List<Double> numbers) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, numbers));
        } else {
            numbers.add(node.asDouble());
        }
    }

    @Test
    void paddingChangesNothing() {
        TokenSequence brief = new TokenSequence(new int[] {5, 9, 2}, 1);
        TokenSequence lengthy = new TokenSequence(new int[] {7, 3, 3, 1, 8, 40, 22, 11}, 4);
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1);
                NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            float[] alone = model.score(step, TokenBatch.of(List.of(brief)), null)
                    .tokens()
                    .toFloatArray();

            CausalLm.Scores together = model.score(step, TokenBatch.of(List.of(brief, lengthy)), null);

            // Scored tokens: two of the first, then four of the second.
            float[] tokens = together.tokens().toFloatArray();
            assertThat(tokens).hasSize(6);
            assertThat(tokens[0]).isCloseTo(alone[0], within(1e-6f));
            assertThat(tokens[1]).isCloseTo(alone[1], within(1e-6f));
            assertThat(together.sequences().toFloatArray()[0]).isCloseTo(alone[0] + alone[1], within(1e-5f));
        }
    }

    @Test
    void comparesWithItselfAsEqual() {
        TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(new int[] {5, 9, 2, 30}, 2)));
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1);
                LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3);
                NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            CausalLm.Comparison comparison = model.compare(step, batch, adapter, null);

            // B is zero: the adapter is there and changes nothing, to the last bit.
            assertThat(comparison.policyLogps().toFloatArray())
                    .isEqualTo(comparison.referenceLogps().toFloatArray());
            assertThat(comparison.divergences().toFloatArray()).containsExactly(0f);
        }
    }

    @Test
    void loadsWhatItSaved() throws IOException {
        TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(new int[] {5, 9, 2, 30}, 1)));
        Files.writeString(directory.resolve("config.json"), LlamaConfigReaderTest.json(SmallLlama.CONFIG));
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 7)) {
            model.saveWeights(directory, DType.F32);
            try (CausalLm loaded = CausalLm.load(directory);
                    NDManager step = model.newStep();
                    GradientMode _ = GradientMode.off()) {
                assertThat(loaded.score(step, batch, null).tokens().toFloatArray())
                        .isEqualTo(model.score(step, batch, null).tokens().toFloatArray());
            }
            model.saveWeights(directory, DType.F16);
            try (CausalLm loaded = CausalLm.load(directory);
                    NDManager step = model.newStep();
                    GradientMode _ = GradientMode.off()) {
                // Ten bits of mantissa.
                assertThat(loaded.score(step, batch, null).sequences().toFloatArray()[0])
                        .isCloseTo(model.score(step, batch, null).sequences().toFloatArray()[0], within(1e-2f));
            }
        }
    }

    @Test
    void namesTheTensorThatIsWrong() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                LlamaConfigReaderTest.json(SmallLlama.CONFIG)
                        .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 7)) {
            model.saveWeights(directory, DType.F32);
        }

        assertThatThrownBy(() -> CausalLm.load(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.safetensors: model.layers.2.input_layernorm.weight: is missing");
    }

    @Test
    void refusesWhatDoesNotFitInsteadOfTruncatingIt() {
        TokenBatch tooLong = TokenBatch.of(List.of(new TokenSequence(new int[65], 1)));
        TokenBatch unknown = TokenBatch.of(List.of(new TokenSequence(new int[] {1, 61}, 1)));
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1);
                NDManager step = model.newStep()) {
            assertThatThrownBy(() -> model.score(step, tooLong, null))
                    .hasMessage("a sequence of 65 tokens does not fit the model's 64 positions");
            assertThatThrownBy(() -> model.score(step, unknown, null))
                    .hasMessage("token ids must be in 0..60, but there is 61");
        }
    }
}
