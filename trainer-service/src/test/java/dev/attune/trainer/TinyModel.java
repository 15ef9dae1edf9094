package dev.attune.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.DType;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model directory with a random Llama of some ten thousand parameters, whose tokens are bytes. */
public final class TinyModel {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] SPECIAL = {"<|end|>", "<|user|>", "<|assistant|>"};
    private static final LlamaConfig SHAPE =
            new LlamaConfig(256 + SPECIAL.length, 16, 32, 2, 2, 1, 8, 1e-5, 10_000, null, 64, true);

    private TinyModel() {}

    /** Writes the model into a directory, which is created. The same one each time. */
    public static Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), config());
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer());
        Files.writeString(directory.resolve("tokenizer_config.json"), """
                {"eos_token": "<|end|>", "chat_template":
                 "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"}
                """);
        try (CausalLm model = CausalLm.random(SHAPE, 7)) {
            model.saveWeights(directory, DType.F32);
        }
        return directory;
    }

    private static String config() {
        return """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
                 "vocab_size": %d, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
                 "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "rms_norm_eps": 1e-5,
                 "rope_theta": 10000.0, "max_position_embeddings": 64, "tie_word_embeddings": true,
                 "attention_bias": false, "mlp_bias": false}
                """.formatted(SHAPE.vocabularySize());
    }

    private static String tokenizer() {
        ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
        ObjectNode byteLevel = JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode vocabulary = JSON.createObjectNode();
        for (int value = 0; value < 256; value++) {
            vocabulary.put(symbol(value), value);
        }
        for (int i = 0; i < SPECIAL.length; i++) {
            tokenizer
                    .withArray("added_tokens")
                    .add(JSON.createObjectNode()
                            .put("id", 256 + i)
                            .put("content", SPECIAL[i])
                            .put("special", true)
                            .put("single_word", false)
                            .put("lstrip", false)
                            .put("rstrip", false)
                            .put("normalized", false));
        }
        tokenizer.set("pre_tokenizer", byteLevel);
        tokenizer.set("decoder", byteLevel);
        ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
        model.set("vocab", vocabulary);
        model.putArray("merges");
        return tokenizer.toString();
    }

    /** GPT-2's printable stand-in for a byte: itself where it can be seen, else the next free code point from 256. */
    private static String symbol(int value) {
        int shift = 0;
        for (int other = 0; other < value; other++) {
            shift += isVisible(other) ? 0 : 1;
        }
        return Character.toString(isVisible(value) ? value : 256 + shift);
    }

    private static boolean isVisible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
    }
}
