package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.DurableFiles;
import dev.attune.trainer.batch.HeldOutSlice;
import dev.attune.trainer.batch.KeptExample;
import dev.attune.trainer.batch.ReplayBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Where the trainer's own files lie in a checkpoint. */
final class CheckpointFiles {
    private CheckpointFiles() {}

    static Path state(CheckpointDirectory checkpoint) {
        return checkpoint.root().resolve("state");
    }

    /** The learner's moments and step. */
    static Path optimizer(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("optimizer.safetensors");
    }

    static Path trainer(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("trainer.json");
    }

    /** The journal of the steps since the parent. */
    static Path journal(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("journal.jsonl");
    }

    private static Path heldOut(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("held-out.jsonl");
    }

    static void writeHeldOut(CheckpointDirectory checkpoint, HeldOutSlice slice) throws IOException {
        StringBuilder lines = new StringBuilder();
        slice.pairs().forEach(pair -> lines.append(pair.toLine()).append('\n'));
        DurableFiles.write(heldOut(checkpoint), lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Empty where the checkpoint was written before there was a slice.
     *
     * @throws IOException naming the file, if it is not a slice
     */
    static List<KeptExample> readHeldOut(CheckpointDirectory checkpoint) throws IOException {
        return readLines(heldOut(checkpoint), KeptExample::parse);
    }

    /** The reference, where it is not the anchor: weights of the policy's kind. */
    static Path reference(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("reference");
    }

    private static Path replay(CheckpointDirectory checkpoint) {
        return state(checkpoint).resolve("replay.jsonl");
    }

    /** Nothing where the buffer is empty. */
    static void writeReplay(CheckpointDirectory checkpoint, ReplayBuffer replay) throws IOException {
        if (replay.pairs().isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        replay.pairs().forEach(pair -> lines.append(pair.toLine()).append('\n'));
        DurableFiles.write(replay(checkpoint), lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * In their places; empty where the checkpoint has none.
     *
     * @throws IOException naming the file, if it is no buffer
     */
    static List<KeptExample> readReplay(CheckpointDirectory checkpoint) throws IOException {
        return readLines(replay(checkpoint), KeptExample::parse);
    }

    private static <T> List<T> readLines(Path file, Function<String, T> parse) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream().map(parse).toList();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
