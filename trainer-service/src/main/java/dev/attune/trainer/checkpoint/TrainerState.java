package dev.attune.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.DurableFiles;
import dev.attune.artifacts.StateJson;
import dev.attune.trainer.batch.ReplayState;
import dev.attune.trainer.guard.GuardState;
import dev.attune.trainer.release.PromotedRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code state/trainer.json}: what the trainer needs beside weights, moments and ledger.
 *
 * @param format {@value #FORMAT} when written; {@value #WITHOUT_RELEASE} has no release, {@value #WITHOUT_REFERENCE} no reference, {@value #WITHOUT_REPLAY} no
 *     replay either, {@value #WITHOUT_GUARDS} no guards
 * @param positions next offset to read, by partition: between the manifest's offsets and these nothing is new
 * @param pairsTrained since the base, each direction of a pair counted
 * @param guards what the guards remember
 * @param replay what draws from the replay buffer depend on; null where there is none yet
 * @param referenceMoved the reference is no longer the anchor, and has files of its own
 * @param release the newest that the reference has followed; null: none
 */
public record TrainerState(
        int format,
        Map<Integer, Long> positions,
        long pairsTrained,
        GuardState guards,
        @Nullable ReplayState replay,
        boolean referenceMoved,
        @Nullable PromotedRelease release) {

    public static final int FORMAT = 5;
    private static final int WITHOUT_RELEASE = 4;
    private static final int WITHOUT_REFERENCE = 3;
    private static final int WITHOUT_REPLAY = 2;
    private static final int WITHOUT_GUARDS = 1;

    /** Where a trainer without a checkpoint begins. */
    public static final TrainerState START = new TrainerState(FORMAT, Map.of(), 0, GuardState.START, null, false, null);

    public TrainerState {
        if (format < WITHOUT_GUARDS || format > FORMAT) {
            throw new IllegalArgumentException(
                    "format " + format + " is not known, this reads " + WITHOUT_GUARDS + " to " + FORMAT);
        }
        positions = new TreeMap<>(positions);
    }

    void write(Path file) throws IOException {
        DurableFiles.write(
                file, StateJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /** @throws IOException naming the file, if it is not such a state */
    static TrainerState read(Path file) throws IOException {
        try {
            JsonNode state = StateJson.MAPPER.readTree(Files.readAllBytes(file));
            if (state instanceof ObjectNode old) {
                complete(old);
            }
            return StateJson.MAPPER.treeToValue(state, TrainerState.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Gives a state of an earlier format what it does not have. */
    private static void complete(ObjectNode state) {
        int format = state.path("format").asInt();
        if (format == WITHOUT_GUARDS) {
            state.set("guards", StateJson.MAPPER.valueToTree(GuardState.START));
        }
        if (format == WITHOUT_GUARDS || format == WITHOUT_REPLAY) {
            state.putNull("replay");
        }
        if (format >= WITHOUT_GUARDS && format <= WITHOUT_REFERENCE) {
            state.put("referenceMoved", false);
        }
        if (format >= WITHOUT_GUARDS && format <= WITHOUT_RELEASE) {
            state.putNull("release");
        }
    }
}
