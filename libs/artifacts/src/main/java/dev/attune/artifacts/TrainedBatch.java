package dev.attune.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One step of the trainer: which pairs it took, in order, and what it measured. A line of {@code batches.jsonl}: the way
 * from a version to the feedback behind it.
 *
 * @param step number of the step, from 1
 * @param pairs the pairs in the order in which they were trained
 * @param replayed pairs of earlier steps that were trained again beside them
 * @param metrics finite numbers by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainedBatch(
        long step,
        List<Pair> pairs,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Replayed> replayed,
        Map<String, Double> metrics) {

    /** Of a step that replayed nothing. */
    public TrainedBatch(long step, List<Pair> pairs, Map<String, Double> metrics) {
        this(step, pairs, List.of(), metrics);
    }

    /**
     * One pair of a step, or one single answer; the topic says which.
     *
     * @param pairId the pair's id; of a single answer its completion's
     * @param direction 1: the completion with the smaller id was preferred; -1: the one with the larger id. Of a single
     *     answer 1: it was liked; -1: it was not. What flips is trained once in each
     * @param strength the pair's strength when it was trained, 0 to 1
     * @param eventIds the feedback events behind it
     * @param lastEvidenceAt when the newest of them was received; null where the pair does not come from a stream
     * @param topic the topic that the pair was read from
     * @param partition its partition
     * @param offset its offset
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pair(
            String pairId,
            int direction,
            double strength,
            List<String> eventIds,
            @Nullable Instant lastEvidenceAt,
            String topic,
            int partition,
            long offset) {

        public Pair {
            if (pairId == null || pairId.isEmpty()) {
                throw new IllegalArgumentException("a trained pair has a pairId");
            }
            if (direction != 1 && direction != -1) {
                throw new IllegalArgumentException("direction is 1 or -1, not " + direction);
            }
            eventIds = eventIds == null ? List.of() : List.copyOf(eventIds);
            topic = topic == null ? "" : topic;
        }
    }

    /**
     * A pair that this step trained again; where it comes from says the step that trained it first.
     *
     * @param pairId the pair's id
     * @param direction as in {@link Pair}
     */
    public record Replayed(String pairId, int direction) {}

    public TrainedBatch {
        if (step < 1) {
            throw new IllegalArgumentException("step is at least 1, not " + step);
        }
        pairs = pairs == null ? List.of() : List.copyOf(pairs);
        replayed = replayed == null ? List.of() : List.copyOf(replayed);
        metrics = metrics == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }

    /**
     * Reads {@code batches.jsonl}.
     *
     * @throws BrokenArtifactException naming file and line
     */
    public static List<TrainedBatch> readAll(Path file) throws IOException {
        List<TrainedBatch> batches = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                Path place = Path.of(file + ":" + number);
                batches.add(ArtifactJson.parse(
                        ArtifactJson.LENIENT, place, line.getBytes(StandardCharsets.UTF_8), TrainedBatch.class));
            }
        }
        return batches;
    }

    /** The lines of these batches, as they stand in a file. */
    public static byte[] toJsonLines(List<TrainedBatch> batches) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (TrainedBatch batch : batches) {
            lines.write(ArtifactJson.STRICT.writeValueAsBytes(batch));
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    public static void writeAll(Path file, List<TrainedBatch> batches) throws IOException {
        DurableFiles.replace(file, toJsonLines(batches));
    }
}
