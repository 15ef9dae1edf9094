package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store over a network, and the folder into which replicas' copies are fetched from it. */
public final class RemoteArtifactStore implements ArtifactStore {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteArtifactStore.class);

    private final BlobStore blobs;
    private final Path folder;
    private final ContentFolder fetched;

    /** @param folder that replicas see; created where it is absent */
    public RemoteArtifactStore(BlobStore blobs, Path folder) throws IOException {
        this.blobs = blobs;
        this.folder = folder.toAbsolutePath().normalize();
        this.fetched = new ContentFolder(folder);
    }

    @Override
    public void put(CheckpointDirectory source, Verified verified) throws IOException {
        String artifactSha256 = verified.artifactSha256();
        if (blobs.manifest(artifactSha256).isPresent()) {
            return;
        }
        byte[] manifest = source.manifestBytes();
        if (!Digests.sha256(manifest).equals(artifactSha256)) {
            throw new BrokenArtifactException(source.manifest(), "has changed since it was verified");
        }
        Set<String> sent = new HashSet<>();
        for (Map.Entry<String, FileEntry> file : verified.manifest().released().entrySet()) {
            if (sent.add(file.getValue().sha256())) {
                blobs.put(source.root().resolve(file.getKey()), file.getValue());
            }
        }
        blobs.publish(artifactSha256, manifest, verified.manifest());
    }

    @Override
    public Optional<CheckpointDirectory> fetch(String artifactSha256) throws IOException {
        if (!Digests.isSha256(artifactSha256)) {
            return Optional.empty();
        }
        Optional<CheckpointDirectory> present = present(artifactSha256);
        if (present.isPresent()) {
            return present;
        }
        Optional<byte[]> manifest = blobs.manifest(artifactSha256);
        if (manifest.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(fetched.add(artifactSha256, manifest.get(), (path, entry) -> blobs.open(entry)));
    }

    /** A fetched copy that someone altered is no loss: it is fetched again. */
    private Optional<CheckpointDirectory> present(String artifactSha256) throws IOException {
        try {
            return fetched.find(artifactSha256);
        } catch (BrokenArtifactException e) {
            LOG.warn("fetched copy is broken and is fetched again: {}", e.getMessage());
            fetched.discard(artifactSha256);
            return Optional.empty();
        }
    }

    @Override
    public void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException {
        blobs.attachSignature(artifactSha256, keyId, signature);
    }

    @Override
    public Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException {
        return blobs.signature(artifactSha256, keyId);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        blobs.close();
    }
}
