package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A store over a network, which holds files by their digest and names artifacts by their manifest. Whatever its library
 * throws becomes an {@link IOException}.
 */
public interface BlobStore extends AutoCloseable {

    /**
     * Sends a file, streamed; one that is there is not sent again.
     *
     * @throws BrokenArtifactException if the file is not what the entry says; nothing can be found under its digest then
     */
    void put(Path file, FileEntry entry) throws IOException;

    /** The content, as the store gives it: it is the caller who verifies. */
    InputStream open(FileEntry entry) throws IOException;

    /**
     * Makes an artifact visible, after all of its files were put. Doing it again changes nothing.
     *
     * @param json the manifest as the trainer wrote it
     */
    void publish(String artifactSha256, byte[] json, CheckpointManifest manifest) throws IOException;

    /** The bytes of the manifest; empty where the artifact was not published. */
    Optional<byte[]> manifest(String artifactSha256) throws IOException;

    /** Attaches a signature; one that is there stays. */
    void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException;

    Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException;

    @Override
    void close();
}
