package dev.attune.quickstart.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.trainer.model.LlamaConfig;
import dev.attune.trainer.model.LlamaConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small random Llama with a GPT-2-style tokenizer and a chat template, and random adapters for it, written to a folder. */
public final class TinyModel {
    public static final int LAYERS = 2;
    public static final int POSITIONS = 128;
    public static final int VOCABULARY = 272;
    private static final int HIDDEN = 32;
    private static final int KEY_VALUE = 16;
    private static final int INNER = 48;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MERGES =
            List.of("h e", "l l", "Ġ t", "Ġt he", "i n", "Ġ a", "in g", "he ll", "o u", "1 2", "Ã ©", "Ġ Ġ");
    private static final String TEMPLATE =
            "{% for m in messages %}{% if m.role == 'user' %}<|user|>{% else %}<|assistant|>"
                    + "{% endif %}{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

    private TinyModel() {}

    public static Path write(Path directory, long seed) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(seed);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("model.embed_tokens.weight", gaussian(random, 0.5, VOCABULARY, HIDDEN));
        tensors.put("model.norm.weight", gaussian(random, 1, HIDDEN));
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".";
            tensors.put(prefix + "input_layernorm.weight", gaussian(random, 1, HIDDEN));
            tensors.put(prefix + "post_attention_layernorm.weight", gaussian(random, 1, HIDDEN));
            linears()
                    .forEach((module, shape) ->
                            tensors.put(prefix + module + ".weight", gaussian(random, 0.2, shape[0], shape[1])));
        }
        SafeTensors.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        Files.writeString(
                directory.resolve("config.json"), """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d, "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "max_position_embeddings": %d,
                 "tie_word_embeddings": true, "eos_token_id": 271}
                """.formatted(VOCABULARY, HIDDEN, INNER, LAYERS, POSITIONS));
        writeTokenizer(directory);
        return directory;
    }

    public static LlamaConfig config(Path directory) {
        return LlamaConfigReader.read(directory.resolve("config.json"));
    }

    /** A LoRA on all linear layers. */
    public static Path writeAdapter(Path directory, int rank, long seed) throws IOException {
        Files.createDirectories(directory);
        SafeTensors.write(
                directory.resolve(PeftConfig.WEIGHTS_FILE_NAME), adapterTensors(rank, seed), Map.of("format", "pt"));
        PeftConfig.lora(
                        "tiny",
                        rank,
                        2 * rank,
                        false,
                        List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"))
                .write(directory.resolve(PeftConfig.FILE_NAME));
        return directory;
    }

    public static Map<String, TensorData> adapterTensors(int rank, long seed) {
        Random random = new Random(seed);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "base_model.model.model.layers." + layer + ".";
            linears().forEach((module, shape) -> {
                tensors.put(prefix + module + ".lora_A.weight", gaussian(random, 0.3, rank, shape[1]));
                tensors.put(prefix + module + ".lora_B.weight", gaussian(random, 0.3, shape[0], rank));
            });
        }
        return tensors;
    }

    private static Map<String, int[]> linears() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("self_attn.q_proj", new int[] {HIDDEN, HIDDEN});
        shapes.put("self_attn.k_proj", new int[] {KEY_VALUE, HIDDEN});
        shapes.put("self_attn.v_proj", new int[] {KEY_VALUE, HIDDEN});
        shapes.put("self_attn.o_proj", new int[] {HIDDEN, HIDDEN});
        shapes.put("mlp.gate_proj", new int[] {INNER, HIDDEN});
        shapes.put("mlp.up_proj", new int[] {INNER, HIDDEN});
        shapes.put("mlp.down_proj", new int[] {HIDDEN, INNER});
        return shapes;
    }

    private static TensorData gaussian(Random random, double deviation, long... shape) {
        int count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, Math.toIntExact(size));
        }
        float[] elements = new float[count];
        for (int i = 0; i < count; i++) {
            elements[i] = (float) (deviation * random.nextGaussian());
        }
        return TensorData.floats(elements, shape);
    }

    /** 256 bytes, 12 merges, 4 special tokens: ids 0 to 271. */
    private static void writeTokenizer(Path directory) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding").putNull("normalizer");
        ObjectNode byteLevel = JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        root.set("pre_tokenizer", byteLevel);
        root.set("decoder", byteLevel);
        root.putNull("post_processor");
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("unk_token");
        ObjectNode vocabulary = model.putObject("vocab");
        int spare = 256;
        for (int value = 0; value < 256; value++) {
            // GPT-2 writes printable bytes as themselves, and the others as characters from 256 on.
            boolean printable = (value > 32 && value < 127) || (value > 160 && value != 173);
            vocabulary.put(Character.toString(printable ? value : spare++), value);
        }
        ArrayNode merges = model.putArray("merges");
        for (String merge : MERGES) {
            merges.add(merge);
            vocabulary.put(merge.replace(" ", ""), vocabulary.size());
        }
        ArrayNode added = root.putArray("added_tokens");
        for (String special : List.of("<|pad|>", "<|user|>", "<|assistant|>", "<|end|>")) {
            added.addObject()
                    .put("id", vocabulary.size() + added.size() - 1)
                    .put("content", special)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), root);
        JSON.writeValue(
                directory.resolve("tokenizer_config.json").toFile(),
                JSON.createObjectNode()
                        .put("tokenizer_class", "PreTrainedTokenizerFast")
                        .put("eos_token", "<|end|>")
                        .put("chat_template", TEMPLATE));
    }
}
