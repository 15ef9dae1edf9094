package dev.attune.publisher;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Where an event says that a checkpoint lies. */
final class ArtifactLocation {

    private ArtifactLocation() {}

    /** @param uri {@code file:///…}, the only scheme there is so far */
    static CheckpointDirectory parse(String uri) throws RefusedException {
        try {
            URI parsed = URI.create(uri);
            if ("file".equals(parsed.getScheme())) {
                return new CheckpointDirectory(Path.of(parsed));
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    RejectReason.ARTIFACT_UNREACHABLE,
                    "'" + uri + "' is no artifact URI: " + e.getMessage(),
                    Map.of(),
                    e);
        }
        throw new RefusedException(
                RejectReason.ARTIFACT_UNREACHABLE, "'" + uri + "' is not on a file system (file:///…)");
    }
}
