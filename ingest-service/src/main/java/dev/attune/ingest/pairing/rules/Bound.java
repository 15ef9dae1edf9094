package dev.attune.ingest.pairing.rules;

import java.util.Locale;

/** What holds pairs back that votes alone would make. */
public enum Bound {
    EQUAL_TEXTS,
    LENGTH_RATIO,
    MINIMUM_STRENGTH,
    PAIRS_PER_PROMPT,
    /** Counted in votes: the pair may still stand on those of others. */
    PAIRS_PER_USER,
    /** Counted in answers. */
    ANSWERS_ACROSS_TURNS;

    /** The metric's tag. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
