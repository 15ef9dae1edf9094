package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.Digests;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A store on a local or shared file system: {@code <root>/sha256/<artifact digest>/}. A copy is written aside, verified,
 * forced to the disk, and appears by one rename.
 */
public final class LocalArtifactStore implements ArtifactStore {

    private static final String ASIDE = "aside-";
    /** Far longer than a copy takes: a younger one may be another publisher's. */
    private static final Duration ABANDONED_AFTER = Duration.ofHours(6);

    private final Path content;

    /** @param root created where it is absent; copies that a killed publisher left half-way are removed from it */
    public LocalArtifactStore(Path root) throws IOException {
        this.content = root.toAbsolutePath().normalize().resolve("sha256");
        Files.createDirectories(content);
        removeAbandoned();
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

    @Override
    public CheckpointDirectory put(CheckpointDirectory source, Verified verified) throws IOException {
        CheckpointDirectory target = directory(verified.artifactSha256());
        if (Files.isDirectory(target.root())) {
            requireContent(target, verified);
            return target;
        }
        Path aside = Files.createTempDirectory(content, ASIDE);
        try {
            CheckpointDirectory copy = copy(source, aside, verified);
            requireContent(copy, verified);
            force(copy);
            publish(copy, target);
        } finally {
            delete(aside);
        }
        requireContent(target, verified);
        return target;
    }

    @Override
    public Optional<CheckpointDirectory> find(String artifactSha256) {
        if (!Digests.isSha256(artifactSha256)) {
            return Optional.empty();
        }
        return Optional.of(directory(artifactSha256)).filter(stored -> Files.isDirectory(stored.root()));
    }

    private CheckpointDirectory directory(String artifactSha256) {
        return new CheckpointDirectory(content.resolve(artifactSha256));
    }

    private static CheckpointDirectory copy(CheckpointDirectory source, Path aside, Verified verified)
            throws IOException {
        TreeSet<String> paths = new TreeSet<>(verified.manifest().files().keySet());
        paths.add(CheckpointDirectory.MANIFEST);
        CheckpointDirectory copy = new CheckpointDirectory(Files.createDirectory(aside.resolve("copy")));
        for (String path : paths) {
            Path file = copy.root().resolve(path);
            Files.createDirectories(file.getParent());
            Files.copy(source.root().resolve(path), file);
        }
        return copy;
    }

    private static void requireContent(CheckpointDirectory directory, Verified expected) throws IOException {
        Verified found = directory.verify();
        if (!found.artifactSha256().equals(expected.artifactSha256())) {
            throw new BrokenArtifactException(
                    directory.manifest(),
                    "has SHA-256 " + found.artifactSha256() + ", expected " + expected.artifactSha256());
        }
    }

    /** Files, then the directories that name them: a rename must not become durable before what it shows. */
    private static void force(CheckpointDirectory copy) throws IOException {
        for (Path path : deepestFirst(copy.root())) {
            if (Files.isRegularFile(path)) {
                path.toFile().setReadOnly();
            }
            forcePath(path);
        }
    }

    private void publish(CheckpointDirectory copy, CheckpointDirectory target) throws IOException {
        try {
            Files.move(copy.root(), target.root(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException sameContent) {
            // Another publisher was quicker with the same content; whether it is the same is checked after this.
            return;
        }
        forcePath(content);
    }

    private static void forcePath(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path directory) throws IOException {
        for (Path path : deepestFirst(directory)) {
            Files.deleteIfExists(path);
        }
    }

    private static List<Path> deepestFirst(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
