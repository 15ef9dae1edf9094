package dev.attune.ingest.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.kit.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a dataset, or one inside of it. What is wrong is said with the place: file, row, line and field.
 *
 * @param place the file, and the row with its line
 * @param path the object's own path within the row; empty for the row itself
 */
record Row(JsonNode node, String place, String path) {
    private static final int SHOWN_LENGTH = 60;

    String text(String field) {
        JsonNode value = required(field);
        if (!value.isTextual()) {
            throw bad(field, "must be a string, but is " + shown(value));
        }
        return value.textValue();
    }

    @Nullable
    String optionalText(String field) {
        return node.hasNonNull(field) ? text(field) : null;
    }

    /** One of some texts, in any case; returned as they are spelled here. */
    String choice(String field, String... choices) {
        String text = text(field);
        for (String choice : choices) {
            if (choice.equalsIgnoreCase(text)) {
                return choice;
            }
        }
        throw bad(field, "must be one of " + String.join(", ", choices) + ", but is '" + cut(text) + "'");
    }

    JsonNode required(String field) {
        if (!node.hasNonNull(field)) {
            throw bad(field, "is missing");
        }
        return node.get(field);
    }

    List<JsonNode> list(String field) {
        JsonNode value = required(field);
        if (!value.isArray()) {
            throw bad(field, "must be a list, but is " + shown(value));
        }
        return StreamSupport.stream(value.spliterator(), false).toList();
    }

    List<Row> rows(String field) {
        List<Row> rows = new ArrayList<>();
        for (JsonNode element : list(field)) {
            String at = field + "[" + rows.size() + "]";
            if (!element.isObject()) {
                throw bad(at, "must be an object, but is " + shown(element));
            }
            rows.add(new Row(element, place, path + at + "."));
        }
        return rows;
    }

    void allowOnly(Set<String> fields) {
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!fields.contains(name)) {
                throw bad(
                        name,
                        "is not known here; known are: "
                                + String.join(", ", fields.stream().sorted().toList()));
            }
        }
    }

    /** A message that names file, row, line and field. */
    ConfigException bad(String field, String problem) {
        return new ConfigException(place + ", field " + path + field, problem);
    }

    static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "'" + cut(value.textValue()) + "'";
            case BINARY, BOOLEAN, MISSING, NULL, NUMBER, POJO -> cut(value.toString());
        };
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "…";
    }
}
