package dev.attune.trainer.offline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.trainer.learner.Prompt;
import dev.attune.trainer.model.ChatMessage;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads preference pairs: a JSON array of objects, or one object a line (JSONL).
 *
 * <p>Fields: {@code prompt} (text, or a list of {@code {"role", "content"}}), {@code chosen}, {@code rejected} (text, or a
 * list of one {@code {"role": "assistant", "content"}}), {@code strength} (optional, above 0, at most 1; 1 if absent).
 * Others are ignored. For KTO also entries of {@code prompt}, {@code completion} and {@code label} (true or false),
 * TRL's unpaired form.
 */
final class PairsFile {
    /** Entries in a file at most. */
    static final int MAX_PAIRS = 1_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;

    private PairsFile(Path file) {
        this.file = file;
    }

    /** @throws PairsFileException naming file, line and field; an empty file is one too */
    static List<PreferenceRecord> read(Path file) throws PairsFileException {
        PairsFile pairs = new PairsFile(file);
        return pairs.read((line, entry) -> List.of(pairs.record(line, entry)));
    }

    /**
     * Reads judged answers; a pair is two of them.
     *
     * @throws PairsFileException naming file, line and field; an empty file is one too
     */
    static List<JudgedAnswer> readSingles(Path file) throws PairsFileException {
        PairsFile singles = new PairsFile(file);
        return singles.read(singles::judged);
    }

    private interface EntryReader<T> {
        List<T> read(int line, JsonNode entry) throws PairsFileException;
    }

    private <T> List<T> read(EntryReader<T> entries) throws PairsFileException {
        List<T> records = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file);
                JsonParser parser = JSON.createParser(reader)) {
            JsonToken first = parser.nextToken();
            boolean isArray = first == JsonToken.START_ARRAY;
            // Objects one after the other, on a line each or not, are JSONL.
            JsonToken token = isArray ? parser.nextToken() : first;
            while (token != null && token != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                if (records.size() >= MAX_PAIRS) {
                    throw new PairsFileException(file, line, "more than " + MAX_PAIRS + " pairs");
                }
                records.addAll(entries.read(line, parser.readValueAsTree()));
                token = parser.nextToken();
            }
            if (isArray && parser.nextToken() != null) {
                int line = parser.currentTokenLocation().getLineNr();
                throw new PairsFileException(file, line, "something follows the array");
            }
        } catch (JsonProcessingException e) {
            throw new PairsFileException(
                    file, e.getLocation().getLineNr(), "is not JSON: " + firstLine(e.getOriginalMessage()));
        } catch (NoSuchFileException e) {
            throw new PairsFileException(file, "is missing");
        } catch (CharacterCodingException e) {
            throw new PairsFileException(file, "is not UTF-8");
        } catch (IOException e) {
            throw new PairsFileException(file, "cannot be read: " + e.getMessage());
        }
        if (records.isEmpty()) {
            throw new PairsFileException(file, "holds no pair");
        }
        return records;
    }

    private PreferenceRecord record(int line, JsonNode entry) throws PairsFileException {
        if (!entry.isObject()) {
            throw new PairsFileException(
                    file, line, "must be an object with prompt, chosen and rejected, not " + kind(entry));
        }
        return new PreferenceRecord(
                line,
                prompt(line, entry),
                answer(line, entry, "chosen"),
                answer(line, entry, "rejected"),
                strength(line, entry));
    }

    private List<JudgedAnswer> judged(int line, JsonNode entry) throws PairsFileException {
        if (!entry.has("completion")) {
            PreferenceRecord pair = record(line, entry);
            return List.of(
                    new JudgedAnswer(line, pair.prompt(), pair.chosen(), true, pair.strength()),
                    new JudgedAnswer(line, pair.prompt(), pair.rejected(), false, pair.strength()));
        }
        JsonNode label = entry.path("label");
        if (!label.isBoolean()) {
            throw new PairsFileException(
                    file,
                    line,
                    "label: " + (label.isMissingNode() ? "is missing" : "must be true or false, not " + kind(label)));
        }
        return List.of(new JudgedAnswer(
                line,
                prompt(line, entry),
                answer(line, entry, "completion"),
                label.asBoolean(),
                strength(line, entry)));
    }

    private Prompt prompt(int line, JsonNode entry) throws PairsFileException {
        JsonNode prompt = entry.path("prompt");
        if (!prompt.isArray()) {
            String text = text(line, entry, "prompt", "prompt");
            if (text.isEmpty()) {
                throw new PairsFileException(file, line, "prompt: is empty");
            }
            return new Prompt.Text(text);
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : prompt) {
            String where = "prompt[" + messages.size() + "]";
            messages.add(new ChatMessage(
                    text(line, message, "role", where + ".role"), text(line, message, "content", where + ".content")));
        }
        if (messages.isEmpty()) {
            throw new PairsFileException(file, line, "prompt: has no message");
        }
        return new Prompt.Messages(messages);
    }

    private String answer(int line, JsonNode entry, String field) throws PairsFileException {
        JsonNode answer = entry.path(field);
        if (!answer.isArray()) {
            return text(line, entry, field, field);
        }
        if (answer.size() != 1 || !answer.path(0).path("role").asText().equals("assistant")) {
            throw new PairsFileException(
                    file, line, field + ": must be text, or a list of one message with role assistant");
        }
        return text(line, answer.path(0), "content", field + "[0].content");
    }

    private String text(int line, JsonNode object, String field, String where) throws PairsFileException {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new PairsFileException(
                    file,
                    line,
                    where + ": " + (value.isMissingNode() ? "is missing" : "must be text, not " + kind(value)));
        }
        return value.asText();
    }

    private double strength(int line, JsonNode entry) throws PairsFileException {
        JsonNode value = entry.path("strength");
        if (value.isMissingNode()) {
            return 1;
        }
        if (!value.isNumber() || !(value.asDouble() > 0 && value.asDouble() <= 1)) {
            throw new PairsFileException(
                    file, line, "strength: must be a number above 0 and at most 1, not " + firstLine(value.toString()));
        }
        return value.asDouble();
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL, MISSING -> "nothing";
            case BINARY -> "bytes";
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
