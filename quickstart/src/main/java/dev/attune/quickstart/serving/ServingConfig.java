package dev.attune.quickstart.serving;

import dev.attune.kit.Checks;
import dev.attune.quickstart.serving.engine.EngineSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to serve, and where.
 *
 * @param model a model directory in Hugging Face's form
 * @param name what requests call the base model; null: the directory's name
 * @param host address to listen on; default 127.0.0.1
 * @param port TCP port; 0 takes a free one
 * @param maxLoraRank highest rank of an adapter, 1 to 512; default 16, as in vLLM
 * @param maxAdapters adapters loaded at once, 1 to 1024; default 64
 * @param contextLength most tokens of prompt and answer together; null: as many as the model has positions
 * @param workers contexts, each with one adapter at a time, 1 to 64; default 1. They take turns on one core: more of them let
 *     requests for different adapters alternate, and do not compute more
 * @param maxWaiting requests that wait for a worker before others are turned away, 1 to 65536; default 1024
 */
public record ServingConfig(
        Path model,
        @Nullable String name,
        String host,
        int port,
        int maxLoraRank,
        int maxAdapters,
        @Nullable Integer contextLength,
        int workers,
        int maxWaiting) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_MAX_LORA_RANK = 16;
    public static final int DEFAULT_MAX_ADAPTERS = 64;

    public ServingConfig {
        Checks.notBlank("host", host);
        Checks.port("port", port);
        Checks.between("maxLoraRank", maxLoraRank, 1, 512);
        Checks.between("maxAdapters", maxAdapters, 1, 1024);
        Checks.between("workers", workers, 1, 64);
        Checks.between("maxWaiting", maxWaiting, 1, 1 << 16);
        if (name != null) {
            Checks.notBlank("name", name);
        }
        if (contextLength != null) {
            Checks.atLeast("contextLength", contextLength, 2);
        }
    }

    /** The defaults for a model on a free port. */
    public static ServingConfig of(Path model) {
        return new ServingConfig(
                model,
                null,
                DEFAULT_HOST,
                0,
                DEFAULT_MAX_LORA_RANK,
                DEFAULT_MAX_ADAPTERS,
                null,
                1,
                EngineSettings.DEFAULT_MAX_WAITING);
    }

    public String servedName() {
        return name != null
                ? name
                : String.valueOf(model.toAbsolutePath().normalize().getFileName());
    }

    EngineSettings engineSettings(int modelPositions) {
        int length = contextLength != null ? contextLength : modelPositions;
        Checks.that(
                length <= modelPositions,
                "contextLength",
                "must be at most the model's max_position_embeddings " + modelPositions + ", but is " + length);
        return EngineSettings.of(length, workers).withMaxWaiting(maxWaiting);
    }
}
