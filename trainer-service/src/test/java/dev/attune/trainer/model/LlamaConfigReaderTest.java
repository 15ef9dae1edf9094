package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaConfigReaderTest {
    @TempDir
    Path directory;

    /** A config in the older spelling. */
    static String json(LlamaConfig config) {
        return """
                {
                  "architectures": ["LlamaForCausalLM"],
                  "model_type": "llama",
                  "vocab_size": %d,
                  "hidden_size": %d,
                  "intermediate_size": %d,
                  "num_hidden_layers": %d,
                  "num_attention_heads": %d,
                  "num_key_value_heads": %d,
                  "rms_norm_eps": %s,
                  "rope_theta": %s,
                  "max_position_embeddings": %d,
                  "tie_word_embeddings": %s
                }
                """.formatted(
                        config.vocabularySize(),
                        config.hiddenSize(),
                        config.intermediateSize(),
                        config.layers(),
                        config.heads(),
                        config.keyValueHeads(),
                        config.normEpsilon(),
                        config.ropeTheta(),
                        config.maxPositions(),
                        config.tiedEmbeddings());
    }

    private LlamaConfig read(String json) throws IOException {
        return LlamaConfigReader.read(Files.writeString(directory.resolve("config.json"), json));
    }

    @Test
    void readsTheOlderSpelling() throws IOException {
        assertThat(read(json(SmallLlama.CONFIG))).isEqualTo(SmallLlama.CONFIG);
    }

    @Test
    void readsTheNewerSpelling() throws IOException {
        String json = json(SmallLlama.CONFIG)
                .replace(
                        "\"rope_theta\": 10000.0",
                        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000.0, \"factor\": 8.0,"
                                + " \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
                                + " \"original_max_position_embeddings\": 8192}");

        LlamaConfig config = read(json);

        assertThat(config.ropeTheta()).isEqualTo(500_000.0);
        assertThat(config.ropeScaling()).isEqualTo(new Llama3RopeScaling(8, 1, 4, 8192));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "LlamaForCausalLM"        | "Qwen2ForCausalLM"                  | architectures: only LlamaForCausalLM is supported, not ["Qwen2ForCausalLM"]
                    "model_type": "llama"     | "model_type": "mistral"             | model_type: only llama is supported, not "mistral"
                    "hidden_size": 32,        | ''                                  | hidden_size: is missing
                    "rms_norm_eps": 1.0E-5,   | ''                                  | rms_norm_eps: is missing
                    "hidden_size": 32         | "hidden_size": "32"                 | hidden_size: must be a whole number, not "32"
                    "hidden_size": 32         | "hidden_size": 0                    | hidden_size must be above 0, but is 0
                    "num_key_value_heads": 2  | "num_key_value_heads": 3            | num_attention_heads (4) must be a multiple of num_key_value_heads (3)
                    "hidden_size": 32         | "hidden_size": 32, "attention_bias": true | attention_bias: biases are not supported
                    "hidden_size": 32         | "hidden_size": 32, "rope_scaling": {"type": "yarn"} | rope_type: only default and llama3 are supported, not yarn
                    """)
    void namesTheFieldThatIsWrong(String from, String to, String message) {
        assertThatThrownBy(() -> read(json(SmallLlama.CONFIG).replace(from, to)))
                .isInstanceOf(ModelException.class)
                .hasMessage(directory.resolve("config.json") + ": " + message);
    }

    @Test
    void namesTheLineThatIsNotJson() {
        assertThatThrownBy(() -> read("{\n\"hidden_size\" 3}"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("config.json: line 2: is not JSON");
    }
}
