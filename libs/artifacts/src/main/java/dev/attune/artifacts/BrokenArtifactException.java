package dev.attune.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file whose content is not what it has to be: truncated, malformed, altered, or not of this format. It is a fault of
 * the data and not of the disk: a plain {@link IOException} says the latter. The message names the file.
 */
public final class BrokenArtifactException extends IOException {

    public BrokenArtifactException(Path file, String fault) {
        this(file, fault, null);
    }

    public BrokenArtifactException(Path file, String fault, @Nullable Throwable cause) {
        super(file + ": " + fault, cause);
    }
}
