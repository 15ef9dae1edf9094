package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.events.CheckpointCommitted;
import dev.attune.trainer.batch.KeptExample;
import dev.attune.trainer.batch.TrainedExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A verified checkpoint to go on from.
 *
 * @param commit its event
 * @param manifest its manifest
 * @param heldOut the held-out slice
 * @param replay the replay buffer's examples, in their places
 */
public record Restored(
        CheckpointCommitted commit,
        CheckpointDirectory directory,
        CheckpointManifest manifest,
        TrainedExamples trained,
        TrainerState state,
        List<KeptExample> heldOut,
        List<KeptExample> replay) {

    public Restored {
        heldOut = List.copyOf(heldOut);
        replay = List.copyOf(replay);
    }

    static Restored read(CheckpointCommitted commit, CheckpointDirectory directory, CheckpointManifest manifest)
            throws IOException {
        TrainerState state = TrainerState.read(CheckpointFiles.trainer(directory));
        Path reference = CheckpointFiles.reference(directory);
        if (state.referenceMoved() && !Files.exists(reference)) {
            throw new IOException(reference + ": is missing, the reference of this checkpoint is not the anchor");
        }
        return new Restored(
                commit,
                directory,
                manifest,
                LedgerFiles.read(directory),
                state,
                CheckpointFiles.readHeldOut(directory),
                CheckpointFiles.readReplay(directory));
    }

    /** The learner's moments and step. */
    public Path optimizer() {
        return CheckpointFiles.optimizer(directory);
    }

    /** The reference; empty: it is the anchor. */
    public Optional<Path> reference() {
        return state.referenceMoved() ? Optional.of(CheckpointFiles.reference(directory)) : Optional.empty();
    }

    /** The journal of the steps that it contains; not there where an earlier release wrote the checkpoint. */
    public Path journal() {
        return CheckpointFiles.journal(directory);
    }

    /** Where to read on, by partition of the topic. */
    public Map<Integer, Long> offsets(String topic) {
        Map<Integer, Long> offsets = new TreeMap<>();
        manifest.offsets().forEach((name, offset) -> {
            int dash = name.lastIndexOf('-');
            if (name.substring(0, dash).equals(topic)) {
                offsets.put(Integer.parseInt(name.substring(dash + 1)), offset);
            }
        });
        return offsets;
    }
}
