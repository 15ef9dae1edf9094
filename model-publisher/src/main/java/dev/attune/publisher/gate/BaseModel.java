package dev.attune.publisher.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.BrokenArtifactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sizes of a Llama-family base model, from its {@code config.json}: what the shapes of an adapter follow from.
 *
 * @param revision digest of its files
 * @param layers decoder layers
 * @param hidden width of the residual stream
 * @param queryWidth heads times head size
 * @param keyWidth key-value heads times head size
 * @param ffn inner width of the feed-forward block
 */
public record BaseModel(String revision, long layers, long hidden, long queryWidth, long keyWidth, long ffn) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * @param directory a Hugging Face model directory
     * @throws BrokenArtifactException naming the file and the field
     */
    public static BaseModel read(Path directory) throws IOException {
        Path file = directory.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            throw new BrokenArtifactException(file, "is missing");
        }
        JsonNode config = JSON.readTree(Files.readAllBytes(file));
        long hidden = size(file, config, "hidden_size");
        long heads = size(file, config, "num_attention_heads");
        long keyHeads = config.hasNonNull("num_key_value_heads") ? size(file, config, "num_key_value_heads") : heads;
        long headSize = config.hasNonNull("head_dim") ? size(file, config, "head_dim") : hidden / heads;
        return new BaseModel(
                BaseRevision.of(directory),
                size(file, config, "num_hidden_layers"),
                hidden,
                heads * headSize,
                keyHeads * headSize,
                size(file, config, "intermediate_size"));
    }

    private static long size(Path file, JsonNode config, String field) throws IOException {
        JsonNode value = config.path(field);
        if (!value.isIntegralNumber() || value.longValue() < 1) {
            throw new BrokenArtifactException(file, field + " is not a size: " + value);
        }
        return value.longValue();
    }
}
