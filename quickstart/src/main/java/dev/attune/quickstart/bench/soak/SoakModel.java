package dev.attune.quickstart.bench.soak;

import dev.attune.artifacts.DType;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Llama of some twenty thousand parameters with random weights, and the demo's tokenizer: a step of it is as short as one can be. */
final class SoakModel {
    private static final LlamaConfig SHAPE = new LlamaConfig(1024, 16, 32, 2, 2, 1, 8, 1e-5, 10_000, null, 128, true);

    private SoakModel() {}

    /**
     * Writes the model.
     *
     * @param demoModel whose tokenizer it gets
     */
    static Path write(Path directory, Path demoModel) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
                 "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "rms_norm_eps": 1e-5,
                 "rope_theta": 10000.0, "max_position_embeddings": %d, "tie_word_embeddings": true,
                 "attention_bias": false, "mlp_bias": false, "eos_token_id": 3, "pad_token_id": 0}
                """.formatted(
                        SHAPE.vocabularySize(),
                        SHAPE.hiddenSize(),
                        SHAPE.intermediateSize(),
                        SHAPE.layers(),
                        SHAPE.heads(),
                        SHAPE.keyValueHeads(),
                        SHAPE.headSize(),
                        SHAPE.maxPositions()));
        for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(demoModel.resolve(file), directory.resolve(file));
        }
        try (CausalLm model = CausalLm.random(SHAPE, 7)) {
            model.saveWeights(directory, DType.F32);
        }
        return directory;
    }
}
