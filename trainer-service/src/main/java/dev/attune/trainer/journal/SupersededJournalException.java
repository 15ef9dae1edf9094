package dev.attune.trainer.journal;

import dev.attune.kit.ServiceFailedException;
import java.nio.file.Path;

/** The journal of a folder is no longer this trainer's. */
public final class SupersededJournalException extends ServiceFailedException {
    SupersededJournalException(Path file) {
        super(file
                + " is another trainer's by now, or was taken away: this one stops, and what it trained since its last"
                + " checkpoint does not count. Run one trainer for each model, and stop it before moving its files");
    }
}
