package dev.attune.quickstart.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a Llama's description as Hugging Face's {@code transformers} reads it. */
final class ModelFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_NEW_TOKENS = 128;

    private ModelFiles() {}

    /** Writes {@code config.json} and {@code generation_config.json}. */
    static void write(Path directory, LlamaConfig config) throws IOException {
        write(directory.resolve("config.json"), config(config));
        write(
                directory.resolve("generation_config.json"),
                JSON.createObjectNode()
                        .put("eos_token_id", SpecialToken.END.id())
                        .put("pad_token_id", SpecialToken.PAD.id())
                        .put("do_sample", true)
                        .put("temperature", 1.0)
                        .put("max_new_tokens", MAX_NEW_TOKENS));
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), content);
    }

    private static ObjectNode config(LlamaConfig config) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("LlamaForCausalLM");
        root.put("model_type", "llama").put("hidden_act", "silu").put("torch_dtype", "float16");
        root.put("vocab_size", config.vocabularySize());
        root.put("hidden_size", config.hiddenSize());
        root.put("intermediate_size", config.intermediateSize());
        root.put("num_hidden_layers", config.layers());
        root.put("num_attention_heads", config.heads());
        root.put("num_key_value_heads", config.keyValueHeads());
        root.put("head_dim", config.headSize());
        root.put("max_position_embeddings", config.maxPositions());
        root.put("rms_norm_eps", config.normEpsilon());
        root.put("rope_theta", config.ropeTheta()).putNull("rope_scaling");
        root.put("tie_word_embeddings", config.tiedEmbeddings());
        root.put("attention_bias", false).put("mlp_bias", false);
        // Left out, transformers would take 1 and 2.
        root.putNull("bos_token_id");
        root.put("eos_token_id", SpecialToken.END.id()).put("pad_token_id", SpecialToken.PAD.id());
        return root;
    }
}
