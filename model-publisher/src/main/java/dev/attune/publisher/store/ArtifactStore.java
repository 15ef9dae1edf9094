package dev.attune.publisher.store;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import java.io.IOException;
import java.util.Optional;

/** Keeps released checkpoints for good. What was stored under a digest is never written again. */
public interface ArtifactStore {

    /**
     * Stores a copy; storing the same content again changes nothing.
     *
     * @param source the trainer's directory
     * @param verified what the source was verified to be; the copy is held against it, so that a source which changed in
     *     between is never stored
     * @return the stored copy
     */
    CheckpointDirectory put(CheckpointDirectory source, Verified verified) throws IOException;

    /** The stored copy under an artifact digest in 64 hexadecimal digits. */
    Optional<CheckpointDirectory> find(String artifactSha256);
}
