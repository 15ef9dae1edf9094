package dev.attune.ingest.gateway.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads request bodies strictly: one JSON object, in UTF-8, no field twice, nothing after it. */
public final class Json {
    public static final String MEDIA_TYPE = "application/json";

    private static final int MOST_NESTING = 16;
    private static final int MOST_NUMBER_LENGTH = 64;
    private static final int MOST_NAME_LENGTH = 256;

    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_NESTING)
                            .maxNameLength(MOST_NAME_LENGTH)
                            .maxNumberLength(MOST_NUMBER_LENGTH)
                            .build())
                    // Errors must not quote the body.
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    // Names of fields that a client invents must not fill a table that all share.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private Json() {}

    /** @throws Rejected if the bytes are anything else than one JSON object in UTF-8 */
    public static ObjectNode object(byte[] body) {
        String text = utf8(body);
        try {
            JsonNode root = MAPPER.readTree(text);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw new Rejected(Reason.MALFORMED_JSON, "the body must be one JSON object: {\"turnId\": …}");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Rejected(Reason.MALFORMED_JSON, "the body cannot be read as JSON" + where + ": " + kind(e));
        }
    }

    private static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Rejected(Reason.INVALID_UTF8, "the body has bytes that are not UTF-8: encode it as UTF-8");
        }
    }

    /** The parser's own message may quote the body: a sentence of ours instead. */
    private static String kind(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Duplicate field")) {
            return "an object has a field twice";
        }
        if (message.contains("nesting depth")) {
            return "it is nested deeper than " + MOST_NESTING + " levels";
        }
        if (message.contains("Name length")) {
            return "a field's name has more than " + MOST_NAME_LENGTH + " characters";
        }
        if (message.contains("Number value length")) {
            return "a number has more than " + MOST_NUMBER_LENGTH + " digits";
        }
        return message.startsWith("Unexpected end-of-input") ? "it ends too early" : "the syntax is wrong there";
    }
}
