package dev.attune.publisher.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.serving.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation that the gates have answered.
 *
 * @param messages at least one
 */
public record GatePrompt(List<ChatMessage> messages) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_PROMPTS = 10_000;

    public GatePrompt {
        messages = List.copyOf(messages);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a prompt has at least one message");
        }
    }

    /** What was asked last. */
    public String question() {
        return messages.getLast().content();
    }

    /**
     * Reads the file of prompts.
     *
     * @throws ConfigException naming file and line, if it cannot be used
     */
    public static List<GatePrompt> readAll(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException("gates.prompts", file + " cannot be read: " + e);
        }
        List<GatePrompt> prompts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                prompts.add(parse(file + ":" + (i + 1), lines.get(i)));
            }
        }
        if (prompts.isEmpty() || prompts.size() > MAX_PROMPTS) {
            throw new ConfigException(
                    "gates.prompts", file + " must hold 1 to " + MAX_PROMPTS + " prompts, but holds " + prompts.size());
        }
        return List.copyOf(prompts);
    }

    private static GatePrompt parse(String place, String line) {
        try {
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode message : JSON.readTree(line).path("messages")) {
                messages.add(new ChatMessage(
                        message.path("role").asText(), message.path("content").asText()));
            }
            return new GatePrompt(messages);
        } catch (JsonProcessingException e) {
            throw new ConfigException("gates.prompts", place + " is no JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "gates.prompts", place + " must be {\"messages\": [{\"role\", \"content\"}]}: " + e.getMessage());
        }
    }
}
