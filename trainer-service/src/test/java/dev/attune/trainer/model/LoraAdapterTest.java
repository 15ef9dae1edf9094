package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.attune.artifacts.PeftConfig;
import dev.attune.testing.SharedData;
import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraAdapterTest {
    @TempDir
    Path directory;

    @Test
    void beginsAsPeftDoes() {
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", 4, 8, 3)) {
            // 2 layers, 7 modules, A and B
            assertThat(adapter.parameters()).hasSize(28);
            assertThat(adapter.scale()).isEqualTo(2.0);
            for (NDArray parameter : adapter.parameters()) {
                float[] values = parameter.toFloatArray();
                if (parameter.getName().endsWith("lora_B.weight")) {
                    assertThat(values).containsOnly(0f);
                } else {
                    double bound = 1 / Math.sqrt((double) parameter.getShape().get(1));
                    double squares = 0;
                    for (float value : values) {
                        assertThat((double) Math.abs(value)).isLessThanOrEqualTo(bound);
                        squares += (double) value * value;
                    }
                    // A uniform distribution within b has the variance b^2 / 3.
                    assertThat(squares / values.length).isBetween(0.7 * bound * bound / 3, 1.3 * bound * bound / 3);
                }
            }
        }
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", 4, 8, 3);
                LoraAdapter same = LoraAdapter.create(SmallLlama.CONFIG, "base", 4, 8, 3)) {
            adapter.save(directory.resolve("one"));
            same.save(directory.resolve("two"));
        }
        try (LoraAdapter loaded = LoraAdapter.load(SmallLlama.CONFIG, directory.resolve("one"))) {
            loaded.save(directory.resolve("three"));
        }

        for (String file : new String[] {PeftConfig.FILE_NAME, PeftConfig.WEIGHTS_FILE_NAME}) {
            assertThat(directory.resolve("two").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("one").resolve(file));
            assertThat(directory.resolve("three").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("one").resolve(file));
        }
    }

    @Test
    void writesPeftsOwnWeightsFileByteForByte() throws IOException {
        Path golden = SharedData.resolve("golden/from-adapter/adapter-init");
        try (CausalLm model = CausalLm.load(SharedData.resolve("models/tinystories-656k"));
                LoraAdapter adapter = LoraAdapter.load(model.config(), golden)) {
            adapter.save(directory);
        }

        assertThat(directory.resolve(PeftConfig.WEIGHTS_FILE_NAME))
                .hasSameBinaryContentAs(golden.resolve(PeftConfig.WEIGHTS_FILE_NAME));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "use_dora" : false        | "use_dora" : true         | use_dora: not supported
                    "bias" : "none"           | "bias" : "all"            | bias: only none is supported, not all
                    "lora_dropout" : 0.0      | "lora_dropout" : 0.1      | lora_dropout: only 0 is supported, not 0.1
                    "r" : 4                   | "r" : 8                   | has shape [4, 32], but the config says [8, 32]
                    "down_proj",              | ''                        | target_modules: must be
                    """)
    void refusesAnAdapterOfAnotherKind(String from, String to, String message) throws IOException {
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", 4, 8, 3)) {
            adapter.save(directory);
        }
        Path config = directory.resolve(PeftConfig.FILE_NAME);
        Files.writeString(config, Files.readString(config).replace(from, to));

        assertThatThrownBy(() -> LoraAdapter.load(SmallLlama.CONFIG, directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
    }
}
