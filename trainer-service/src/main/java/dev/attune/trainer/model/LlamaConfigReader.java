package dev.attune.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads Hugging Face's {@code config.json}, and refuses what {@link LlamaProgram} would compute wrongly. */
public final class LlamaConfigReader {
    // What transformers assumes where a Llama's config does not say.
    private static final double DEFAULT_ROPE_THETA = 10_000;

    private final Path file;
    private final JsonNode config;

    private LlamaConfigReader(Path file, JsonNode config) {
        this.file = file;
        this.config = config;
    }

    /** @throws ModelException naming the field that is missing, malformed or not supported */
    public static LlamaConfig read(Path file) {
        LlamaConfigReader reader = new LlamaConfigReader(file, ModelFiles.readJsonObject(file));
        reader.refuseOtherArchitectures();
        try {
            return reader.read();
        } catch (IllegalArgumentException e) {
            throw new ModelException(file + ": " + e.getMessage(), e);
        }
    }

    private void refuseOtherArchitectures() {
        JsonNode architectures = config.path("architectures");
        if (!architectures.isMissingNode()
                && !(architectures.size() == 1 && architectures.get(0).asText().equals("LlamaForCausalLM"))) {
            throw error("architectures", "only LlamaForCausalLM is supported, not " + architectures);
        }
        requireText("model_type", "llama");
        if (!config.path("hidden_act").isMissingNode()) {
            requireText("hidden_act", "silu");
        }
        refuseIfTrue("attention_bias");
        refuseIfTrue("mlp_bias");
        if (config.hasNonNull("quantization_config")) {
            throw error("quantization_config", "quantized weights are not supported");
        }
    }

    private LlamaConfig read() {
        int hiddenSize = integer("hidden_size");
        int heads = integer("num_attention_heads");
        // The newer spelling gathers base and scaling in one object.
        JsonNode rope =
                config.hasNonNull("rope_parameters") ? config.get("rope_parameters") : config.path("rope_scaling");
        JsonNode theta = rope.hasNonNull("rope_theta") ? rope.get("rope_theta") : config.path("rope_theta");
        return new LlamaConfig(
                integer("vocab_size"),
                hiddenSize,
                integer("intermediate_size"),
                integer("num_hidden_layers"),
                heads,
                config.hasNonNull("num_key_value_heads") ? integer("num_key_value_heads") : heads,
                config.hasNonNull("head_dim") ? integer("head_dim") : hiddenSize / Math.max(heads, 1),
                number(config, "rms_norm_eps"),
                theta.isNumber() ? theta.asDouble() : DEFAULT_ROPE_THETA,
                ropeScaling(rope),
                integer("max_position_embeddings"),
                config.path("tie_word_embeddings").asBoolean(false));
    }

    private @Nullable Llama3RopeScaling ropeScaling(JsonNode rope) {
        if (rope.isMissingNode() || rope.isNull()) {
            return null;
        }
        String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
        return switch (type) {
            case "default" -> null;
            case "llama3" ->
                new Llama3RopeScaling(
                        number(rope, "factor"), number(rope, "low_freq_factor"), number(rope, "high_freq_factor"), (int)
                                number(rope, "original_max_position_embeddings"));
            default -> throw error("rope_type", "only default and llama3 are supported, not " + type);
        };
    }

    private int integer(String field) {
        JsonNode value = config.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw error(field, value.isMissingNode() ? "is missing" : "must be a whole number, not " + value);
        }
        return value.asInt();
    }

    private double number(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isNumber()) {
            throw error(field, value.isMissingNode() ? "is missing" : "must be a number, not " + value);
        }
        return value.asDouble();
    }

    private void requireText(String field, String expected) {
        JsonNode value = config.path(field);
        if (!value.asText().equals(expected)) {
            throw error(
                    field, value.isMissingNode() ? "is missing" : "only " + expected + " is supported, not " + value);
        }
    }

    private void refuseIfTrue(String field) {
        if (config.path(field).asBoolean(false)) {
            throw error(field, "biases are not supported");
        }
    }

    private ModelException error(String field, String problem) {
        return new ModelException(file + ": " + field + ": " + problem);
    }
}
