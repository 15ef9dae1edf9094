package dev.attune.trainer.journal;

import java.io.IOException;

/** A journal that says something else than what was written. */
final class BrokenJournalException extends IOException {
    BrokenJournalException(String message) {
        super(message);
    }
}
