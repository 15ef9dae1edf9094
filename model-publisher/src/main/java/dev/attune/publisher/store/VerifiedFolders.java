package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which folders were read and found to be what their digest says. A folder is read once in a process's life, and again when
 * size, time or identity of one of its files has changed: what replicas hold is asked for every few seconds.
 */
final class VerifiedFolders {

    private record Stamp(
            long bytes, FileTime modified, @Nullable Object identity) {}

    private final Map<String, Map<Path, Stamp>> known = new ConcurrentHashMap<>();

    /** @throws BrokenArtifactException if the folder is not what the digest says */
    void require(CheckpointDirectory directory, String artifactSha256) throws IOException {
        Map<Path, Stamp> stamps = stamps(directory);
        if (stamps.equals(known.get(artifactSha256))) {
            return;
        }
        Verified found = directory.verifyReleased();
        if (!found.artifactSha256().equals(artifactSha256)) {
            throw new BrokenArtifactException(
                    directory.manifest(), "has SHA-256 " + found.artifactSha256() + ", expected " + artifactSha256);
        }
        known.put(artifactSha256, stamps);
    }

    /** What was verified while this process wrote it. */
    void trust(CheckpointDirectory directory, String artifactSha256) throws IOException {
        known.put(artifactSha256, stamps(directory));
    }

    private static Map<Path, Stamp> stamps(CheckpointDirectory directory) throws IOException {
        Map<Path, Stamp> stamps = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory.root())) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isDirectory()) {
                    stamps.put(path, new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
                }
            }
        }
        return stamps;
    }
}
