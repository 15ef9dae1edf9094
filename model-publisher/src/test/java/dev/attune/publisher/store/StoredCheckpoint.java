package dev.attune.publisher.store;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.publisher.fake.FakeCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A checkpoint as a trainer leaves it, its own state included. */
public record StoredCheckpoint(CheckpointDirectory directory, Verified verified) {

    private static final AtomicInteger COUNT = new AtomicInteger();

    static final String STATE = "state/optimizer.safetensors";

    /**
     * Writes one whose weights no other test's have: a registry holds equal files once.
     *
     * @param folder an empty one
     */
    public static StoredCheckpoint write(Path folder) throws IOException {
        return write(folder, new FakeCheckpoints.Draft().strength(0.1 + COUNT.incrementAndGet() / 1e3), 0);
    }

    /** @param moreBytes of zeros in a file of the adapter's folder */
    public static StoredCheckpoint write(Path folder, FakeCheckpoints.Draft draft, long moreBytes) throws IOException {
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        CheckpointDirectory directory = checkpoints.directory(checkpoints.write(draft));
        CheckpointManifest manifest = directory.verify().manifest();
        Files.createDirectories(directory.root().resolve("state"));
        Files.writeString(directory.root().resolve(STATE), "moments");
        if (moreBytes > 0) {
            try (var file = Files.newOutputStream(directory.adapter().resolve("large.safetensors"))) {
                byte[] block = new byte[1 << 20];
                for (long written = 0; written < moreBytes; written += block.length) {
                    file.write(block, 0, (int) Math.min(block.length, moreBytes - written));
                }
            }
        }
        directory.writeManifest(new CheckpointManifest(
                manifest.format(),
                manifest.kind(),
                manifest.modelId(),
                manifest.step(),
                manifest.parent(),
                manifest.base(),
                manifest.configDigest(),
                manifest.offsets(),
                directory.describeFiles(),
                manifest.evaluation(),
                manifest.createdAt()));
        return new StoredCheckpoint(directory, directory.verify());
    }

    String artifactSha256() {
        return verified.artifactSha256();
    }

    /** The digest of one of its files. */
    String sha256(String path) {
        return verified.manifest().files().get(path).sha256();
    }
}
