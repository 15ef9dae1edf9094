package dev.attune.quickstart.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The special tokens of a model directory. */
final class SpecialTokens {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SpecialTokens() {}

    /** Tokens that end an answer: {@code eos_token_id} of config.json and generation_config.json, a number or a list. */
    static Set<Integer> ending(Path modelDirectory) throws IOException {
        Set<Integer> ids = new HashSet<>();
        for (String file : new String[] {"config.json", "generation_config.json"}) {
            JsonNode end = read(modelDirectory.resolve(file)).path("eos_token_id");
            if (end.isInt()) {
                ids.add(end.asInt());
            }
            end.forEach(each -> ids.add(each.asInt()));
        }
        return ids;
    }

    /** Tokens that stand for no text: those that tokenizer.json marks as special. */
    static Set<Integer> special(Path modelDirectory) throws IOException {
        Set<Integer> ids = new HashSet<>();
        for (JsonNode added : read(modelDirectory.resolve("tokenizer.json")).path("added_tokens")) {
            if (added.path("special").asBoolean()) {
                ids.add(added.path("id").asInt());
            }
        }
        return ids;
    }

    private static JsonNode read(Path file) throws IOException {
        return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }
}
