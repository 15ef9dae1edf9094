package dev.attune.ingest.gateway.privacy;

import java.util.Locale;

/** What can be redacted. */
public enum Kind {
    EMAIL,
    PHONE,
    CARD,
    IBAN,
    IP;

    /** What stands in the stored text in its place. */
    String placeholder() {
        return "[" + name() + "]";
    }

    /** The metric's tag. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
