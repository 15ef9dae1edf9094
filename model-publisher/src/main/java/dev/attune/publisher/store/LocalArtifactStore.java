package dev.attune.publisher.store;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * A store on a local or shared file system that replicas see too: {@code <root>/sha256/<artifact digest>/}, with signatures
 * beside it in {@code <root>/signatures/<artifact digest>/}.
 */
public final class LocalArtifactStore implements ArtifactStore {

    private final Path root;
    private final ContentFolder content;

    /** @param root created where it is absent; copies that a killed publisher left half-way are removed from it */
    public LocalArtifactStore(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.content = new ContentFolder(root);
    }

    @Override
    public void put(CheckpointDirectory source, Verified verified) throws IOException {
        if (content.find(verified.artifactSha256()).isEmpty()) {
            content.add(
                    verified.artifactSha256(),
                    source.manifestBytes(),
                    (path, entry) -> Files.newInputStream(source.root().resolve(path)));
        }
    }

    @Override
    public Optional<CheckpointDirectory> fetch(String artifactSha256) throws IOException {
        return content.find(artifactSha256);
    }

    @Override
    public void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException {
        Path file = signatureFile(artifactSha256, keyId);
        if (Files.exists(file)) {
            return;
        }
        Path folder = Files.createDirectories(root.resolve(SignatureNames.folder(artifactSha256)));
        Path aside = folder.resolve("aside-" + UUID.randomUUID());
        try {
            DurableFiles.write(aside, signature);
            // Of two publishers that do this at once, each has a valid signature of the same key.
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
        DurableFiles.force(folder);
    }

    @Override
    public Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException {
        Path file = signatureFile(artifactSha256, keyId);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > SignatureNames.MAX_BYTES) {
            throw new IOException(file + " is no signature: it has " + Files.size(file) + " bytes");
        }
        return Optional.of(Files.readAllBytes(file));
    }

    @Override
    public Path folder() {
        return root;
    }

    private Path signatureFile(String artifactSha256, String keyId) {
        return root.resolve(SignatureNames.path(artifactSha256, keyId));
    }
}
