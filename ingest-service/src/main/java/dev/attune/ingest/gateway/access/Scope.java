package dev.attune.ingest.gateway.access;

import java.util.Locale;

/** What a credential allows. */
public enum Scope {
    /** Log what the model answered. */
    WRITE_COMPLETIONS,
    /** Say what users think of it. */
    WRITE_FEEDBACK,
    /** Ask what became of an event. */
    READ,
    /** Ask for a user to be erased. */
    ADMIN;

    /** As configurations and problem documents name it: {@code write-feedback}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
