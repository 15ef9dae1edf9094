package dev.attune.ingest.pairing.rules;

import java.util.Locale;

/** Why an event that could be read cannot be used. */
public enum Refusal {
    /** A dead letter's text: what, and what to do about it. */
    KEY_MISMATCH("the record's key is not the tenant and id of its value; the producer must key by tenant/turnId"),
    UNKNOWN_KIND("the kind of feedback is not known to this version"),
    INCOMPLETE_FEEDBACK("a field that this kind of feedback needs is missing or unknown"),
    SAME_COMPLETION_TWICE("a pick must name two different completions"),
    CONFLICTING_DUPLICATE("an event with this id but another content came before; ids must not be used twice"),
    TOO_MANY_VOTES("the turn holds as many votes as the configured bound allows"),
    TOO_MANY_COMPLETIONS("the turn holds as many completions as the configured bound allows"),
    COMPLETION_NEVER_CAME("no completion of that id came in the time that feedback waits for one");

    private final String detail;

    Refusal(String detail) {
        this.detail = detail;
    }

    public String detail() {
        return detail;
    }

    /** The reason of the dead letter and the metric's tag. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
