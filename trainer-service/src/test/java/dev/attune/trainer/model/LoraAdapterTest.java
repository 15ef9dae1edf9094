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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraAdapterTest {
    @TempDir
    Path directory;

    @Test
    void beginsAsPeftDoes() {
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3)) {
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
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3);
                LoraAdapter same = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3)) {
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
    void adaptsOnlyItsTargetModulesWhateverTheirOrder() throws IOException {
        LoraShape shape = new LoraShape(4, 8, true, List.of("v_proj", "q_proj"));
        LoraShape reordered = new LoraShape(4, 8, true, List.of("q_proj", "v_proj", "q_proj"));
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", shape, 3);
                LoraAdapter same = LoraAdapter.create(SmallLlama.CONFIG, "base", reordered, 3)) {
            // 2 layers, 2 modules, A and B
            assertThat(adapter.parameters()).hasSize(8);
            assertThat(adapter.parameters().stream().map(NDArray::getName))
                    .allMatch(name -> name.contains(".q_proj.") || name.contains(".v_proj."));
            // alpha / sqrt(rank)
            assertThat(adapter.scale()).isEqualTo(4.0);
            adapter.save(directory.resolve("one"));
            same.save(directory.resolve("two"));
        }
        try (LoraAdapter loaded = LoraAdapter.load(SmallLlama.CONFIG, directory.resolve("one"))) {
            assertThat(loaded.scale()).isEqualTo(4.0);
            loaded.save(directory.resolve("three"));
        }

        for (String file : new String[] {PeftConfig.FILE_NAME, PeftConfig.WEIGHTS_FILE_NAME}) {
            byte[] one = Files.readAllBytes(directory.resolve("one").resolve(file));
            assertThat(directory.resolve("two").resolve(file)).hasBinaryContent(one);
            assertThat(directory.resolve("three").resolve(file)).hasBinaryContent(one);
        }
    }

    @Test
    void readsASubsetAsPeftWritesIt() throws IOException {
        LoraShape shape = new LoraShape(4, 8, false, List.of("o_proj", "up_proj"));
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", shape, 3)) {
            adapter.save(directory);
        }
        // PEFT keeps modules in a set, so in any order, and has fields that are not ours.
        Files.writeString(directory.resolve(PeftConfig.FILE_NAME), """
                {"alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "base", "bias": "none",
                 "corda_config": null, "eva_config": null, "exclude_modules": null, "fan_in_fan_out": false,
                 "inference_mode": true, "init_lora_weights": true, "layer_replication": null,
                 "layers_pattern": null, "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 8,
                 "lora_bias": false, "lora_dropout": 0.0, "megatron_config": null, "modules_to_save": null,
                 "peft_type": "LORA", "r": 4, "rank_pattern": {}, "revision": null,
                 "target_modules": ["up_proj", "o_proj"], "task_type": "CAUSAL_LM", "use_dora": false,
                 "use_rslora": true}
                """);

        try (LoraAdapter adapter = LoraAdapter.load(SmallLlama.CONFIG, directory)) {
            assertThat(adapter.parameters()).hasSize(8);
            assertThat(adapter.config().targetModules()).containsExactly("o_proj", "up_proj");
            assertThat(adapter.scale()).isEqualTo(4.0);
        }
    }

    @Test
    void refusesAModuleThatTheModelDoesNotHave() {
        assertThatThrownBy(() -> new LoraShape(4, 8, false, List.of("q_proj", "c_attn")))
                .hasMessage("targetModules: the model has no linear layer 'c_attn', but q_proj, k_proj, v_proj, o_proj,"
                        + " gate_proj, up_proj, down_proj");
        assertThatThrownBy(() -> new LoraShape(4, 8, false, List.of())).hasMessageContaining("targetModules");
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
                    "down_proj",              | ''                        | mlp.down_proj.lora_A.weight: is not of the target_modules
                    "down_proj",              | "lm_head",                | target_modules: must be among
                    """)
    void refusesAnAdapterOfAnotherKind(String from, String to, String message) throws IOException {
        try (LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3)) {
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
