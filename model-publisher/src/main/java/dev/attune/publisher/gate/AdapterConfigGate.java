package dev.attune.publisher.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.PeftConfig;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code adapter_config.json} is of a plain LoRA: a matrix product of one rank with one scale, added to linear layers.
 * PEFT grows fields with each release, and serving ignores those that it does not know: whatever is set and not known to be
 * without effect on what is computed is refused by name.
 */
public final class AdapterConfigGate {

    private static final long MAX_BYTES = 1 << 20;

    /** Fields that say what {@link PeftConfig} reads, and that are judged here or with the tensors. */
    private static final Set<String> JUDGED = Set.of(
            "peft_type",
            "task_type",
            "r",
            "lora_alpha",
            "use_rslora",
            "use_dora",
            "bias",
            "target_modules",
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern",
            "fan_in_fan_out",
            "init_lora_weights");

    /** Fields that change nothing of what a trained adapter computes. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "auto_mapping",
            "base_model_name_or_path",
            "revision",
            "inference_mode",
            "lora_dropout",
            "peft_version",
            "megatron_core",
            "qalora_group_size",
            "corda_config",
            "eva_config",
            "lora_ga_config",
            "loftq_config",
            "exclude_modules",
            "runtime_config");

    /** Ways to begin that leave the base as it is; others (PiSSA, OLoRA, LoftQ …) subtract from its weights. */
    private static final Set<String> HARMLESS_STARTS = Set.of("true", "false", "gaussian", "orthogonal", "eva");

    /** What a set field means, for the sentence. */
    private static final Map<String, String> MEANINGS = Map.of(
            "use_dora", "DoRA's magnitudes are not served",
            "modules_to_save", "modules trained in full are not served, low-rank weights only",
            "rank_pattern", "one rank for all modules is served",
            "alpha_pattern", "one alpha for all modules is served",
            "fan_in_fan_out", "this model family does not store its weights transposed",
            "lora_bias", "biases are not served",
            "layers_to_transform", "an adapter covers all layers",
            "layer_replication", "the base is served with its own layers",
            "trainable_token_indices", "embeddings are served as the base has them",
            "target_parameters", "linear layers alone are served with adapters");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AdapterConfigGate() {}

    /**
     * @throws RefusedException naming the field
     * @throws BrokenArtifactException if it is no JSON, or a field is missing or malformed
     */
    public static PeftConfig read(Path file) throws RefusedException, IOException {
        checkFields(parse(file));
        return PeftConfig.read(file);
    }

    private static JsonNode parse(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new BrokenArtifactException(file, "has " + Files.size(file) + " bytes, at most " + MAX_BYTES);
        }
        JsonNode config;
        try {
            config = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new BrokenArtifactException(file, e.getOriginalMessage(), e);
        }
        if (!config.isObject()) {
            throw new BrokenArtifactException(file, "must be a JSON object");
        }
        return config;
    }

    private static void checkFields(JsonNode config) throws RefusedException {
        requireOneOf(config, "peft_type", "LORA");
        requireOneOf(config, "task_type", "CAUSAL_LM");
        requireOneOf(config, "bias", "none");
        JsonNode targets = config.path("target_modules");
        if (targets.isTextual()) {
            throw refused("target_modules is a pattern, '" + targets.textValue() + "': list the modules by name");
        }
        String start = config.path("init_lora_weights").asText("true");
        if (!HARMLESS_STARTS.contains(start)) {
            throw refused("init_lora_weights is '" + start
                    + "', which changes the base's own weights: serving has the unchanged base");
        }
        for (String field : List.of("use_dora", "modules_to_save", "rank_pattern", "alpha_pattern", "fan_in_fan_out")) {
            requireUnset(config, field);
        }
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            if (!JUDGED.contains(field.getKey()) && !WITHOUT_EFFECT.contains(field.getKey())) {
                requireUnset(config, field.getKey());
            }
        }
    }

    /** Where it is set at all. */
    private static void requireOneOf(JsonNode config, String field, String allowed) throws RefusedException {
        JsonNode value = config.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(allowed)) {
            throw refused(field + " is " + value + ": only " + allowed + " is served");
        }
    }

    private static void requireUnset(JsonNode config, String field) throws RefusedException {
        JsonNode value = config.path(field);
        boolean unset = value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isBoolean() && !value.booleanValue())
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isNumber() && value.doubleValue() == 0);
        if (!unset) {
            String meaning = MEANINGS.getOrDefault(field, "what it changes is not known to be served");
            throw refused(field + " is set: " + meaning);
        }
    }

    private static RefusedException refused(String fault) {
        return new RefusedException(RejectReason.ADAPTER_UNSUPPORTED, PeftConfig.FILE_NAME + ": " + fault);
    }
}
