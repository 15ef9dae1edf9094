package dev.attune.trainer.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a Hugging Face directory has beside the weights: config, tokenizer, and how text is generated. */
public final class ModelDescription {
    private static final String CONFIG = "config.json";
    private static final List<String> COPIED = List.of(
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

    private ModelDescription() {}

    /**
     * Copies all that is there from one model's directory to another's, which exists. The config then says of which type the
     * weights are.
     *
     * @param weights F32, F16 or BF16
     */
    public static void copy(Path from, Path to, DType weights) throws IOException {
        for (String name : COPIED) {
            if (Files.exists(from.resolve(name))) {
                // Not as a copy of the file, which would be read-only where that is.
                Files.write(to.resolve(name), Files.readAllBytes(from.resolve(name)));
            }
        }
        ObjectNode config = ModelFiles.readJsonObject(from.resolve(CONFIG)).deepCopy();
        // The newer name is dtype.
        config.put(config.has("dtype") ? "dtype" : "torch_dtype", torchName(weights));
        Files.writeString(
                to.resolve(CONFIG), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
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
