package dev.attune.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code state/trainer.json}: what the trainer needs beside weights, moments and ledger.
 *
 * @param format {@value #FORMAT}
 * @param positions next offset to read, by partition: between the manifest's offsets and these nothing is new
 * @param pairsTrained since the base, each direction of a pair counted
 */
public record TrainerState(int format, Map<Integer, Long> positions, long pairsTrained) {
    public static final int FORMAT = 1;

    /** Where a trainer without a checkpoint begins. */
    public static final TrainerState START = new TrainerState(FORMAT, Map.of(), 0);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public TrainerState {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " is not known, this reads " + FORMAT);
        }
        positions = new TreeMap<>(positions);
    }

    void write(Path file) throws IOException {
        DurableFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /** @throws IOException naming the file, if it is not such a state */
    static TrainerState read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), TrainerState.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
    }
}
