package dev.attune.ingest.gateway.privacy;

/**
 * A text as it may be stored: whatever its tenant wants redacted is. Only a {@link Redactor} makes one, and the readers can store
 * nothing else.
 */
public final class Redacted {
    private final String text;
    private final int finds;

    Redacted(String text, int finds) {
        this.text = text;
        this.finds = finds;
    }

    public String text() {
        return text;
    }

    /** True where it is no longer the text that was sent. */
    public boolean isChanged() {
        return finds > 0;
    }

    /** How much was found, and nothing of what. */
    @Override
    public String toString() {
        return "Redacted[" + finds + " finds]";
    }
}
