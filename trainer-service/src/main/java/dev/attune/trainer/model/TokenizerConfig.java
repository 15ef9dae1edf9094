package dev.attune.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} and its neighbours say.
 *
 * @param chatTemplate Jinja source, or null
 */
record TokenizerConfig(
        @Nullable String beginOfSequence,
        String endOfSequence,
        int endOfSequenceId,
        @Nullable String chatTemplate) {

    static TokenizerConfig read(Path directory) {
        Path file = directory.resolve("tokenizer_config.json");
        JsonNode config = ModelFiles.readJsonObject(file);
        String endOfSequence = token(config, "eos_token");
        if (endOfSequence == null) {
            throw new ModelException(file + ": eos_token: is missing");
        }
        return new TokenizerConfig(
                token(config, "bos_token"),
                endOfSequence,
                idOf(endOfSequence, directory.resolve("tokenizer.json")),
                chatTemplate(directory, file, config));
    }

    /** A token is written as its text, or as an object with its text and how it is matched. */
    private static @Nullable String token(JsonNode config, String field) {
        JsonNode token = config.path(field);
        JsonNode text = token.isObject() ? token.path("content") : token;
        return text.isTextual() ? text.asText() : null;
    }

    private static int idOf(String token, Path file) {
        JsonNode tokenizer = ModelFiles.readJsonObject(file);
        for (JsonNode added : tokenizer.path("added_tokens")) {
            if (added.path("content").asText().equals(token)) {
                return added.path("id").asInt();
            }
        }
        JsonNode id = tokenizer.path("model").path("vocab").path(token);
        if (!id.isInt()) {
            throw new ModelException(file + ": has no token '" + token + "', which tokenizer_config.json names");
        }
        return id.asInt();
    }

    /** Newer models keep the template in a file of its own, which then counts. */
    private static @Nullable String chatTemplate(Path directory, Path file, JsonNode config) {
        Path ownFile = directory.resolve("chat_template.jinja");
        if (Files.exists(ownFile)) {
            return ModelFiles.readText(ownFile);
        }
        JsonNode template = config.path("chat_template");
        if (template.isMissingNode() || template.isNull()) {
            return null;
        }
        if (!template.isTextual()) {
            throw new ModelException(file + ": chat_template: must be text; several named templates are not supported");
        }
        return template.asText();
    }
}
