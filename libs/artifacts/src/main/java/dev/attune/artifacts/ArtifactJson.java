package dev.attune.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How this package reads and writes its JSON files. */
final class ArtifactJson {

    /** No file of metadata is near this size; a larger one is a fault, and would fill the heap. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    /** Our own formats: whatever is not known is refused. */
    static final JsonMapper STRICT = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // An alpha of 16.5 is not 16.
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    /** Formats of others, which grow fields with each of their releases. */
    static final JsonMapper LENIENT = STRICT.rebuild()
            .disable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private ArtifactJson() {}

    static <T> T read(JsonMapper mapper, Path file, Class<T> type) throws IOException {
        return parse(mapper, file, readBytes(file), type);
    }

    static byte[] readBytes(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new BrokenArtifactException(file, size + " bytes, more than the " + MAX_FILE_BYTES + " allowed");
        }
        return Files.readAllBytes(file);
    }

    /** @param source named in errors */
    static <T> T parse(JsonMapper mapper, Path source, byte[] json, Class<T> type) throws IOException {
        return parse(source, () -> mapper.readValue(json, type));
    }

    /** @param source named in errors */
    static <T> T parse(JsonMapper mapper, Path source, JsonNode json, Class<T> type) throws IOException {
        return parse(source, () -> mapper.treeToValue(json, type));
    }

    /** The field that a value stands in. */
    private static String place(JsonMappingException e) {
        return e.getPath().isEmpty() ? "" : e.getPath().getLast().getFieldName() + ": ";
    }

    private interface Reading<T> {
        @Nullable
        T read() throws IOException;
    }

    private static <T> T parse(Path source, Reading<T> reading) throws IOException {
        try {
            T value = reading.read();
            if (value == null) {
                throw new BrokenArtifactException(source, "is null");
            }
            return value;
        } catch (ValueInstantiationException e) {
            // A record's constructor refused it: its message says what is wrong, Jackson's only where.
            Throwable cause = e.getCause();
            throw new BrokenArtifactException(
                    source, cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage()), e);
        } catch (InvalidFormatException e) {
            // Says what the value is, and not whose.
            throw new BrokenArtifactException(source, place(e) + e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            throw new BrokenArtifactException(source, e.getOriginalMessage(), e);
        }
    }
}
