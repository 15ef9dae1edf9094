package dev.attune.quickstart.serving.api;

import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.quickstart.serving.engine.QueueFullException;
import dev.attune.quickstart.serving.gguf.ConversionException;
import dev.attune.quickstart.serving.llamacpp.LlamaAdapter;
import dev.attune.quickstart.serving.llamacpp.LlamaCppException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/load_lora_adapter} and {@code /v1/unload_lora_adapter}, with vLLM's answers. */
final class AdaptersEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AdaptersEndpoint.class);
    private static final int MAX_NAME_LENGTH = 256;

    private final ModelRegistry models;
    private final AdapterSource source;

    AdaptersEndpoint(ModelRegistry models, AdapterSource source) {
        this.models = models;
        this.source = source;
    }

    String load(Fields fields) throws ApiException {
        if (!fields.has("lora_name") || !fields.has("lora_path")) {
            throw ApiException.invalidUserInput(
                    fields.has("lora_name") ? "lora_path" : "lora_name",
                    "Both 'lora_name' and 'lora_path' must be provided.");
        }
        String name = fields.requiredText("lora_name");
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw ApiException.invalidUserInput(
                    "lora_name", "lora_name must have 1 to " + MAX_NAME_LENGTH + " characters");
        }
        String path = fields.requiredText("lora_path");
        Path directory = directory(path);
        ModelRegistry.LoadResult result = load(name, path, directory);
        return switch (result) {
            case LOADED -> {
                LOG.info("loaded LoRA adapter {} from {}", name, path);
                yield "Success: LoRA adapter '" + name + "' added successfully.";
            }
            case NAME_TAKEN ->
                throw ApiException.invalidUserInput(
                        "lora_name", "The lora adapter '" + name + "' has already been loaded.");
            case TOO_MANY ->
                throw ApiException.invalidUserInput(
                        "lora_name",
                        models.maxAdapters() + " adapters are loaded, which is the most: unload one first");
        };
    }

    private ModelRegistry.LoadResult load(String name, String root, Path directory) throws ApiException {
        try {
            return models.load(name, root, () -> read(directory));
        } catch (QueueFullException closing) {
            throw ApiException.unavailable(closing.getMessage());
        } catch (Unloadable refused) {
            LOG.warn("refused LoRA adapter {}: {}", name, refused.getMessage());
            throw ApiException.badField(
                    "lora_path", "The lora adapter '" + name + "' cannot be loaded: " + refused.getMessage());
        }
    }

    private LlamaAdapter read(Path directory) throws Unloadable {
        try {
            return source.load(directory);
        } catch (ConversionException | IOException | LlamaCppException refused) {
            throw new Unloadable(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static Path directory(String path) throws ApiException {
        try {
            Path directory = Path.of(path);
            if (!Files.isDirectory(directory)) {
                throw ApiException.notFound(
                        "lora_path", "No adapter found for " + path + ": there is no such directory");
            }
            return directory;
        } catch (InvalidPathException malformed) {
            throw ApiException.invalidUserInput("lora_path", "lora_path is not a path: " + malformed.getMessage());
        }
    }

    String unload(Fields fields) throws ApiException {
        if (!fields.has("lora_name")) {
            throw ApiException.invalidUserInput(
                    "lora_name", "'lora_name' needs to be provided to unload a LoRA adapter.");
        }
        String name = fields.requiredText("lora_name");
        if (!models.unload(name)) {
            throw ApiException.notFound("lora_name", "The lora adapter '" + name + "' cannot be found.");
        }
        LOG.info("unloaded LoRA adapter {}", name);
        return "Success: LoRA adapter '" + name + "' removed successfully.";
    }

    /** An adapter that cannot be loaded, for whatever reason. */
    private static final class Unloadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unloadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
