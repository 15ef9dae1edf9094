package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps released checkpoints for good, without what is the trainer's own. What was stored under a digest is never written
 * again; nothing of an artifact can be found before all of it is there. An {@link IOException} is the store's failure, a
 * {@link BrokenArtifactException} says that content is not what its digest says.
 */
public interface ArtifactStore extends AutoCloseable {

    /**
     * Stores a copy; storing the same content again changes nothing.
     *
     * @param source the trainer's directory
     * @param verified what the source was verified to be; what is stored is held against it, so that a source which
     *     changed in between is never stored
     */
    void put(CheckpointDirectory source, Verified verified) throws IOException;

    /**
     * The stored files as replicas see them: in a folder below {@link #folder}, every byte held against its digest. Fetching
     * again changes nothing and costs little.
     *
     * @param artifactSha256 the artifact digest in 64 hexadecimal digits
     * @return empty where nothing is stored under the digest
     */
    Optional<CheckpointDirectory> fetch(String artifactSha256) throws IOException;

    /**
     * Attaches a signature; one that is there stays.
     *
     * @param keyId of the key that signed: an artifact may have one signature of each key
     */
    void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException;

    /** The signature that a key made. */
    Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException;

    /** What replicas have to see: {@link #fetch} puts artifacts below it. */
    Path folder();

    @Override
    default void close() {}
}
