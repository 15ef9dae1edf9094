package dev.attune.ingest.gateway.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /** The scope of a title; nothing where there is no such scope. */
    public static Optional<Scope> ofTitle(String title) {
        return Arrays.stream(values())
                .filter(scope -> scope.title().equals(title))
                .findFirst();
    }

    /** All titles, for messages. */
    public static String titles() {
        return Arrays.stream(values()).map(Scope::title).collect(Collectors.joining(", "));
    }
}
