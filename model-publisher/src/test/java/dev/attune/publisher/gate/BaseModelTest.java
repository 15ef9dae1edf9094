package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseModelTest {

    private static final String SIZES = "\"hidden_size\": 8, \"num_attention_heads\": 4, \"num_key_value_heads\": 2,"
            + " \"intermediate_size\": 16, \"num_hidden_layers\": 3";

    @TempDir
    Path folder;

    @Test
    void readsABaseInShardsWithBiasesAndAHeadSizeOfItsOwn() throws IOException {
        config("\"model_type\": \"qwen2\", \"head_dim\": 4, \"attention_bias\": true, " + SIZES);
        for (String shard : new String[] {"model-00001-of-00002", "model-00002-of-00002"}) {
            SafeTensors.write(
                    folder.resolve(shard + ".safetensors"),
                    Map.of(shard, TensorData.floats(new float[] {1}, 1)),
                    Map.of());
        }

        BaseModel base = BaseModel.read(folder);

        // 4 heads of 4 and 2 key-value heads of 4
        assertThat(base).isEqualTo(new BaseModel(base.revision(), 3, 8, 16, 8, 16, false));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"model_type\": \"mixtral\", \"num_local_experts\": 8', num_local_experts is 8: a mixture of experts",
        "'\"model_type\": \"qwen3_moe\", \"num_experts\": 128', num_experts is 128: a mixture of experts",
        "'\"model_type\": \"gpt2\"', model_type is 'gpt2': adapters are known on",
        "'\"vocab_size\": 8', model_type is ''",
    })
    void refusesWhatHasOtherLayersByName(String fields, String message) throws IOException {
        config(fields + ", " + SIZES);
        SafeTensors.write(
                folder.resolve("model.safetensors"), Map.of("x", TensorData.floats(new float[] {1}, 1)), Map.of());

        assertThatThrownBy(() -> BaseModel.read(folder))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining(message);
    }

    private void config(String fields) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{" + fields + "}");
    }
}
