package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a request's JSON object. Each is read with its type and limits; what does not fit is refused by the field's name. */
final class Fields {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonNode object;

    private Fields(JsonNode object) {
        this.object = object;
    }

    static Fields parse(byte[] body) throws ApiException {
        try {
            JsonNode node = JSON.readTree(body);
            if (!node.isObject()) {
                throw ApiException.badRequest("the body must be a JSON object");
            }
            return new Fields(node);
        } catch (JsonProcessingException malformed) {
            throw ApiException.badRequest(
                    "the body is not valid JSON: " + malformed.getOriginalMessage() + where(malformed));
        } catch (IOException unreadable) {
            throw ApiException.badRequest("the body cannot be read: " + unreadable.getMessage());
        }
    }

    private static String where(JsonProcessingException malformed) {
        return malformed.getLocation() == null
                ? ""
                : " at line " + malformed.getLocation().getLineNr() + ", column "
                        + malformed.getLocation().getColumnNr();
    }

    /** The field's value; null where it is absent or null, which mean the same. */
    @Nullable
    JsonNode get(String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String field) {
        return get(field) != null;
    }

    String requiredText(String field) throws ApiException {
        JsonNode value = get(field);
        if (value == null) {
            throw ApiException.badField(field, field + " is missing");
        }
        if (!value.isTextual()) {
            throw wrongType(field, "a string", value);
        }
        return value.textValue();
    }

    boolean flag(String field, boolean byDefault) throws ApiException {
        JsonNode value = get(field);
        if (value == null) {
            return byDefault;
        }
        if (!value.isBoolean()) {
            throw wrongType(field, "true or false", value);
        }
        return value.booleanValue();
    }

    int integer(String field, int byDefault, int least, int most) throws ApiException {
        Long value = wholeNumber(field);
        if (value == null) {
            return byDefault;
        }
        if (value < least || value > most) {
            throw ApiException.badField(field, field + " must be from " + least + " to " + most + ", got " + value);
        }
        return value.intValue();
    }

    @Nullable
    Long wholeNumber(String field) throws ApiException {
        JsonNode value = get(field);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(field, "a whole number", value);
        }
        return value.longValue();
    }

    double number(String field, double byDefault) throws ApiException {
        JsonNode value = get(field);
        if (value == null) {
            return byDefault;
        }
        if (!value.isNumber()) {
            throw wrongType(field, "a number", value);
        }
        return value.doubleValue();
    }

    /** A string, or a list of strings. */
    List<String> texts(String field, int most) throws ApiException {
        JsonNode value = get(field);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value.isArray() ? value : List.of(value)) {
            if (!element.isTextual() || element.textValue().isEmpty()) {
                throw wrongType(field, "a non-empty string or a list of them", value);
            }
            texts.add(element.textValue());
        }
        if (texts.size() > most) {
            throw ApiException.badField(field, field + " may have at most " + most + " entries, got " + texts.size());
        }
        return texts;
    }

    /** A list of token ids. */
    int[] tokens(String field, JsonNode list) throws ApiException {
        int[] tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode token = list.get(i);
            if (!token.isIntegralNumber() || !token.canConvertToInt()) {
                throw wrongType(field + "[" + i + "]", "a token id", token);
            }
            tokens[i] = token.intValue();
        }
        return tokens;
    }

    static ApiException wrongType(String field, String expected, JsonNode value) {
        String text = value.toString();
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return ApiException.badField(field, field + " must be " + expected + ", got " + shown);
    }
}
