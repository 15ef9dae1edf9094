package dev.attune.quickstart.serving.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.quickstart.serving.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that must not reach the model. */
@SuppressWarnings("NullAway.Init")
class AdapterConverterTest {
    private static final String UP = "base_model.model.model.layers.1.mlp.up_proj.lora_";

    @TempDir
    private Path folder;

    private Path adapter;
    private AdapterConverter converter;

    @BeforeEach
    void writeAdapter() throws IOException {
        adapter = TinyModel.writeAdapter(folder.resolve("adapter"), 4, 1);
        converter = new AdapterConverter(TinyModel.config(TinyModel.write(folder.resolve("tiny"), 1)), 8);
    }

    @Test
    void givenAGoodAdapterWhenConvertedThenAGgufFileIsWritten() throws Exception {
        Path gguf = folder.resolve("adapter.gguf");

        converter.convert(adapter, gguf);

        assertThat(Files.readAllBytes(gguf)).startsWith('G', 'G', 'U', 'F', 3);
    }

    @Test
    void givenANanWhenConvertedThenTensorAndElementAreNamed() throws Exception {
        float[] elements = new float[48 * 4];
        elements[5] = Float.NaN;
        replace(UP + "B.weight", TensorData.floats(elements, 48, 4));

        assertRefused("tensor " + UP + "B.weight has NaN at element 5");
    }

    @Test
    void givenAnUnknownTargetWhenConvertedThenItIsNamed() throws Exception {
        replace("base_model.model.lm_head.lora_A.weight", TensorData.floats(new float[4 * 32], 4, 32));

        assertRefused("base_model.model.lm_head.lora_A.weight has an unknown target");
    }

    @Test
    void givenALayerTheModelDoesNotHaveWhenConvertedThenItIsNamed() throws Exception {
        replace(
                "base_model.model.model.layers.2.mlp.up_proj.lora_A.weight",
                TensorData.floats(new float[4 * 32], 4, 32));

        assertRefused("is for layer 2, the base model has 2");
    }

    @Test
    void givenAWrongShapeWhenConvertedThenBothShapesAreNamed() throws Exception {
        replace(UP + "A.weight", TensorData.floats(new float[4 * 31], 4, 31));

        assertRefused("has the shape [4, 31], base model and rank need [4, 32]");
    }

    @Test
    void givenHalfAPairWhenConvertedThenTheMissingHalfIsNamed() throws Exception {
        Map<String, TensorData> tensors = TinyModel.adapterTensors(4, 1);
        tensors.remove(UP + "B.weight");
        SafeTensors.write(adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME), tensors, Map.of());

        assertRefused("has no partner " + UP + "B.weight");
    }

    @Test
    void givenDoraWhenConvertedThenItIsRefused() throws Exception {
        Path config = adapter.resolve(PeftConfig.FILE_NAME);
        Files.writeString(config, Files.readString(config).replaceFirst("\"use_dora\" : false", "\"use_dora\" : true"));

        assertRefused("DoRA (use_dora) is not supported");
    }

    @Test
    void givenAHighRankWhenConvertedThenItIsRefused() throws Exception {
        TinyModel.writeAdapter(adapter, 9, 1);

        assertRefused("LoRA rank 9 is greater than max_lora_rank 8");
    }

    private void replace(String name, TensorData tensor) throws IOException {
        Map<String, TensorData> tensors = TinyModel.adapterTensors(4, 1);
        tensors.put(name, tensor);
        // A tensor without its other half would be refused for that.
        if (!tensors.containsKey(name.replace("lora_A", "lora_B"))) {
            tensors.put(name.replace("lora_A", "lora_B"), TensorData.floats(new float[48 * 4], 48, 4));
        }
        SafeTensors.write(adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME), tensors, Map.of());
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> converter.convert(adapter, folder.resolve("adapter.gguf")))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining(problem);
    }
}
