package dev.attune.trainer.offline;

import java.nio.file.Path;

/** A pairs file that cannot be used; the message names file, line and field. */
final class PairsFileException extends Exception {
    PairsFileException(Path file, String problem) {
        super(file + ": " + problem);
    }

    PairsFileException(Path file, int line, String problem) {
        super(file + ": line " + line + ": " + problem);
    }
}
