package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Artifacts on a local or shared file system, each in {@code <root>/sha256/<artifact digest>/}. One is written aside, held
 * against its digests while it is written, forced to the disk, and appears by one rename.
 */
final class ContentFolder {

    private static final String ASIDE = "aside-";
    /** Far longer than a copy takes: a younger one may be another publisher's. */
    private static final Duration ABANDONED_AFTER = Duration.ofHours(6);
    /** A connection may break in the middle of a file. */
    private static final int ATTEMPTS = 3;

    private final Path content;
    private final VerifiedFolders verified = new VerifiedFolders();

    /** @param root created where it is absent; copies that a killed publisher left half-way are removed from it */
    ContentFolder(Path root) throws IOException {
        this.content = root.toAbsolutePath().normalize().resolve("sha256");
        Files.createDirectories(content);
        removeAbandoned();
    }

    /** Where the files of an artifact come from. */
    interface Source {
        InputStream open(String path, FileEntry entry) throws IOException;
    }

    /** @throws BrokenArtifactException if what lies there is not what its digest says */
    Optional<CheckpointDirectory> find(String artifactSha256) throws IOException {
        if (!Digests.isSha256(artifactSha256)) {
            return Optional.empty();
        }
        CheckpointDirectory directory = directory(artifactSha256);
        if (!Files.isDirectory(directory.root())) {
            return Optional.empty();
        }
        verified.require(directory, artifactSha256);
        return Optional.of(directory);
    }

    /**
     * Adds an artifact; one that is there stays.
     *
     * @param manifest the bytes of its manifest
     * @throws BrokenArtifactException if the manifest or a file is not what its digest says; nothing is added then
     */
    CheckpointDirectory add(String artifactSha256, byte[] manifest, Source source) throws IOException {
        CheckpointDirectory target = directory(artifactSha256);
        Path aside = Files.createTempDirectory(content, ASIDE);
        try {
            CheckpointDirectory copy = new CheckpointDirectory(Files.createDirectory(aside.resolve("copy")));
            write(copy, artifactSha256, manifest, source);
            for (Path directory : directories(copy.root())) {
                // A rename must not become durable before what it shows.
                DurableFiles.force(directory);
            }
            if (publish(copy, target)) {
                verified.trust(target, artifactSha256);
            }
        } finally {
            delete(aside);
        }
        verified.require(target, artifactSha256);
        return target;
    }

    /** Takes away what is broken, so that it can be added again. */
    void discard(String artifactSha256) throws IOException {
        Path aside = Files.createTempDirectory(content, ASIDE);
        Files.move(directory(artifactSha256).root(), aside.resolve("broken"), StandardCopyOption.ATOMIC_MOVE);
        delete(aside);
    }

    private CheckpointDirectory directory(String artifactSha256) {
        return new CheckpointDirectory(content.resolve(artifactSha256));
    }

    private static void write(CheckpointDirectory copy, String artifactSha256, byte[] manifest, Source source)
            throws IOException {
        String sha256 = Digests.sha256(manifest);
        if (!sha256.equals(artifactSha256)) {
            throw new BrokenArtifactException(
                    copy.manifest(), "has SHA-256 " + sha256 + ", expected " + artifactSha256);
        }
        DurableFiles.write(copy.manifest(), manifest);
        copy.manifest().toFile().setReadOnly();
        for (Map.Entry<String, FileEntry> file :
                CheckpointManifest.parse(copy.manifest(), manifest).released().entrySet()) {
            Path path = copy.root().resolve(file.getKey());
            Files.createDirectories(path.getParent());
            write(path, file.getKey(), file.getValue(), source);
        }
    }

    private static void write(Path path, String name, FileEntry entry, Source source) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (InputStream in = source.open(name, entry)) {
                VerifiedCopy.write(in, path, entry);
                return;
            } catch (BrokenArtifactException | FileSystemException | ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                Files.deleteIfExists(path);
            }
        }
    }

    /** False where another publisher was quicker with the same content; whether it is the same is checked after this. */
    private boolean publish(CheckpointDirectory copy, CheckpointDirectory target) throws IOException {
        try {
            Files.move(copy.root(), target.root(), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (e instanceof FileAlreadyExistsException || Files.isDirectory(target.root())) {
                return false;
            }
            throw e;
        }
        DurableFiles.force(content);
        return true;
    }

    private void removeAbandoned() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED_AFTER);
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(content, ASIDE + "*")) {
            for (Path aside : copies) {
                if (Files.getLastModifiedTime(aside).toInstant().isBefore(limit)) {
                    delete(aside);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Deepest first. */
    private static List<Path> directories(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }
}
