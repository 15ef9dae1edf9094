package dev.attune.trainer.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a Hugging Face directory has beside the weights: config, tokenizer, and how text is generated. It is kept in memory, so
 * that what is written years later is what was there when the model was loaded.
 */
final class ModelDescription {
    private static final String CONFIG = "config.json";
    private static final List<String> TAKEN = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "chat_template.jinja",
            "generation_config.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode config;
    private final Map<String, byte[]> others = new LinkedHashMap<>();

    private ModelDescription(ObjectNode config) {
        this.config = config;
    }

    /** @throws ModelException naming the file that cannot be read */
    static ModelDescription read(Path directory) {
        ModelDescription description = new ModelDescription(
                ModelFiles.readJsonObject(directory.resolve(CONFIG)).deepCopy());
        for (String name : TAKEN) {
            Path file = directory.resolve(name);
            try {
                if (Files.exists(file)) {
                    description.others.put(name, Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new ModelException(ModelFiles.describe(file, e), e);
            }
        }
        return description;
    }

    /**
     * Writes it into a directory that exists, forced to the disk. The config then says of which type the weights are.
     *
     * @param weights F32, F16 or BF16
     */
    void write(Path directory, DType weights) throws IOException {
        for (Map.Entry<String, byte[]> file : others.entrySet()) {
            DurableFiles.replace(directory.resolve(file.getKey()), file.getValue());
        }
        ObjectNode typed = config.deepCopy();
        // The newer name is dtype.
        typed.put(typed.has("dtype") ? "dtype" : "torch_dtype", torchName(weights));
        String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(typed) + "\n";
        DurableFiles.replace(directory.resolve(CONFIG), json.getBytes(StandardCharsets.UTF_8));
    }

    private static String torchName(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                throw new IllegalArgumentException("weights are saved as F32, F16 or BF16, not " + type);
        };
    }
}
