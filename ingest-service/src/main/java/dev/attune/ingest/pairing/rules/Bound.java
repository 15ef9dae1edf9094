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
    ANSWERS_ACROSS_TURNS,
    /** Counted in answers: the prompt has more than it may have. */
    ANSWERS_PER_PROMPT,
    /** No rule: the text of a side is still on its way, and the next look says it. Counted in pairs and singles. */
    TEXT_NOT_HERE,
    /** One user's, across prompts; counted in pairs that begin to be kept out. */
    USER_BUDGET,
    /** A tenant's; counted as {@link #USER_BUDGET}. */
    TENANT_BUDGET;

    /** The metric's tag. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
