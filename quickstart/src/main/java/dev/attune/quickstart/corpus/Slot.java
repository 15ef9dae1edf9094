package dev.attune.quickstart.corpus;

import java.util.Locale;

/** A place in a sentence that is filled with a phrase: {@code {order}} becomes {@code order 4821}. */
public enum Slot {
    PRODUCT,
    ORDER,
    CITY,
    NAME,
    DATE;

    /** How templates write this slot. */
    String placeholder() {
        return "{" + name().toLowerCase(Locale.ROOT) + "}";
    }

    /** Whether a template mentions this slot. */
    boolean isIn(String template) {
        return template.contains(placeholder());
    }
}
