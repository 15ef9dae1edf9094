package dev.attune.ingest.replay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dataset file, read row by row: a JSON array of objects, or objects one after the other (JSON Lines). Safe for use by
 * several threads.
 */
final class Dataset implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Format format;
    private final Path file;
    private final JsonParser parser;
    /** How often each row was seen, by its turn id, since identical rows are turns of their own. */
    private final Map<String, Integer> occurrences = new HashMap<>();

    private long rows;

    private Dataset(Format format, Path file, JsonParser parser) {
        this.format = format;
        this.file = file;
        this.parser = parser;
    }

    /** @throws ConfigException if the file cannot be read */
    static Dataset open(Format format, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException("--file", file + " is no file");
        }
        try {
            return new Dataset(format, file, JSON.createParser(file.toFile()));
        } catch (IOException e) {
            throw new ConfigException("--file", file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Reads all rows, so that a bad one is found before the first event is sent.
     *
     * @return how many rows there are, at most {@code limit}
     * @throws ConfigException naming place and problem of the first bad row
     */
    static long check(Format format, Path file, long limit) {
        try (Dataset dataset = open(format, file)) {
            long rows = 0;
            while (rows < limit && dataset.next() != null) {
                rows++;
            }
            if (rows == 0) {
                throw new ConfigException("--file", file + " has no rows");
            }
            return rows;
        }
    }

    /** The next row's turn, or null at the end. */
    synchronized @Nullable Turn next() {
        try {
            JsonToken token = parser.nextToken();
            if (rows == 0 && token == JsonToken.START_ARRAY) {
                token = parser.nextToken();
            }
            if (token == null || token == JsonToken.END_ARRAY) {
                return null;
            }
            rows++;
            String place = file + ", row " + rows + " (line "
                    + parser.currentTokenLocation().getLineNr() + ")";
            if (token != JsonToken.START_OBJECT) {
                throw new ConfigException(place, "must be a JSON object");
            }
            JsonNode node = JSON.readTree(parser);
            return format.reader().read(new Row(node, place, ""), rows, turnId(node));
        } catch (JsonProcessingException e) {
            String at =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new ConfigException(file + at, "is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException("--file", file + " cannot be read: " + e.getMessage());
        }
    }

    private String turnId(JsonNode node) {
        String name = format.name().toLowerCase(Locale.ROOT);
        String content = node.toString();
        int before = occurrences.merge(StableIds.turn(name, content, 0), 1, Integer::sum) - 1;
        return StableIds.turn(name, content, before);
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new ConfigException("--file", file + " cannot be closed: " + e.getMessage());
        }
    }
}
