package dev.attune.publisher.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.BrokenArtifactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sizes of a Llama-family base model, from its {@code config.json}: what the shapes of an adapter follow from.
 *
 * @param revision digest of its files
 * @param layers decoder layers
 * @param hidden width of the residual stream
 * @param queryWidth heads times head size
 * @param keyWidth key-value heads times head size
 * @param ffn inner width of the feed-forward block
 * @param tiedEmbeddings whether embedding and head are one matrix
 */
public record BaseModel(
        String revision, long layers, long hidden, long queryWidth, long keyWidth, long ffn, boolean tiedEmbeddings) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Dense decoders whose linear layers have Llama's names and shapes; biases beside them change nothing of an adapter's. */
    private static final Set<String> FAMILIES = Set.of("llama", "mistral", "qwen2", "qwen3");

    /** Where a config says how many experts its feed-forward blocks have. */
    private static final List<String> EXPERTS = List.of("num_local_experts", "num_experts", "n_routed_experts");

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
        refuseOthers(file, config);
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
                size(file, config, "intermediate_size"),
                config.path("tie_word_embeddings").asBoolean(false));
    }

    private static void refuseOthers(Path file, JsonNode config) throws IOException {
        for (String field : EXPERTS) {
            if (config.path(field).asInt(0) > 1) {
                throw new BrokenArtifactException(
                        file,
                        field + " is " + config.path(field)
                                + ": a mixture of experts, whose adapters have other shapes," + " is not supported");
            }
        }
        String family = config.path("model_type").asText("");
        if (!FAMILIES.contains(family)) {
            throw new BrokenArtifactException(
                    file, "model_type is '" + family + "': adapters are known on " + new TreeSet<>(FAMILIES) + " only");
        }
    }

    private static long size(Path file, JsonNode config, String field) throws IOException {
        JsonNode value = config.path(field);
        if (!value.isIntegralNumber() || value.longValue() < 1) {
            throw new BrokenArtifactException(file, field + " is not a size: " + value);
        }
        return value.longValue();
    }
}
