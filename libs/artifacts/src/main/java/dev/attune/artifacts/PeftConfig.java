package dev.attune.artifacts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * PEFT's {@code adapter_config.json}, as far as a LoRA on linear layers needs it. Fields that PEFT has and this record
 * does not are ignored when reading, and left to PEFT's defaults when writing.
 *
 * @param peftType {@code LORA}; anything else is read and can be refused by whoever needs LoRA
 * @param taskType {@code CAUSAL_LM}
 * @param baseModelNameOrPath the base model that the adapter was trained on
 * @param revision the base's revision, or null
 * @param rank {@code r}: rows of A, columns of B; at least 1
 * @param loraAlpha numerator of the scale
 * @param useRslora whether the scale is {@code alpha / sqrt(r)} instead of {@code alpha / r}
 * @param useDora whether magnitudes are learned too
 * @param loraDropout dropout while training, 0 to 1
 * @param bias {@code none} where biases were not trained
 * @param targetModules last names of the adapted modules, such as {@code q_proj}
 * @param modulesToSave modules trained in full, or null
 * @param rankPattern ranks that differ by module
 * @param alphaPattern alphas that differ by module
 * @param fanInFanOut whether the base stores its weights transposed
 * @param inferenceMode true in a saved adapter
 */
@JsonPropertyOrder(alphabetic = true)
public record PeftConfig(
        @JsonProperty("peft_type") String peftType,
        @JsonProperty("task_type") @Nullable String taskType,
        @JsonProperty("base_model_name_or_path") @Nullable String baseModelNameOrPath,
        @JsonProperty("revision") @Nullable String revision,
        @JsonProperty("r") int rank,
        @JsonProperty("lora_alpha") int loraAlpha,
        @JsonProperty("use_rslora") boolean useRslora,
        @JsonProperty("use_dora") boolean useDora,
        @JsonProperty("lora_dropout") double loraDropout,
        @JsonProperty("bias") String bias,
        @JsonProperty("target_modules") List<String> targetModules,
        @JsonProperty("modules_to_save") @Nullable List<String> modulesToSave,
        @JsonProperty("rank_pattern") Map<String, Integer> rankPattern,
        @JsonProperty("alpha_pattern") Map<String, Integer> alphaPattern,
        @JsonProperty("fan_in_fan_out") boolean fanInFanOut,
        @JsonProperty("inference_mode") boolean inferenceMode) {

    /** The file's name in an adapter directory. */
    public static final String FILE_NAME = "adapter_config.json";

    /** The weights' name in an adapter directory. */
    public static final String WEIGHTS_FILE_NAME = "adapter_model.safetensors";

    // A field that the file does not have arrives as null, whatever its declared type.
    public PeftConfig {
        if (peftType == null || peftType.isEmpty()) {
            throw new IllegalArgumentException("peft_type is missing");
        }
        if (rank < 1) {
            throw new IllegalArgumentException("r must be at least 1, not " + rank);
        }
        if (loraAlpha < 1) {
            throw new IllegalArgumentException("lora_alpha must be at least 1, not " + loraAlpha);
        }
        if (targetModules == null || targetModules.isEmpty()) {
            throw new IllegalArgumentException("target_modules must name at least one module");
        }
        bias = bias == null ? "none" : bias;
        targetModules = targetModules.stream().sorted().toList();
        modulesToSave = modulesToSave == null ? null : List.copyOf(modulesToSave);
        rankPattern = rankPattern == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(rankPattern));
        alphaPattern = alphaPattern == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(alphaPattern));
    }

    /** A plain LoRA for a causal language model: one rank and alpha for all target modules, no dropout, no biases. */
    public static PeftConfig lora(
            String baseModel, int rank, int loraAlpha, boolean useRslora, List<String> targetModules) {
        return new PeftConfig(
                "LORA",
                "CAUSAL_LM",
                baseModel,
                null,
                rank,
                loraAlpha,
                useRslora,
                false,
                0.0,
                "none",
                targetModules,
                null,
                Map.of(),
                Map.of(),
                false,
                true);
    }

    /** What {@code B A x} is multiplied with. */
    public double scale() {
        return useRslora ? loraAlpha / Math.sqrt(rank) : (double) loraAlpha / rank;
    }

    /**
     * Reads a file that PEFT or this class wrote.
     *
     * @throws BrokenArtifactException naming file and field
     */
    public static PeftConfig read(Path file) throws IOException {
        return ArtifactJson.read(ArtifactJson.LENIENT, file, PeftConfig.class);
    }

    public void write(Path file) throws IOException {
        DurableFiles.replace(
                file, ArtifactJson.STRICT.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }
}
