package dev.attune.ingest.pairing;

/** Which record keys can be trusted: stores are keyed by them, so a wrong one would mix the turns of two tenants. */
final class RecordKeys {
    /** Separates a key from what is stored under it. */
    static final char SEPARATOR = '\0';

    private RecordKeys() {}

    /** Whether {@code key} is the one key of this tenant's turn or prompt. */
    static boolean isOf(String key, String tenant, String id) {
        // As Topics.key makes it, without making it: this is asked of every record.
        boolean same = key.length() == tenant.length() + 1 + id.length()
                && key.startsWith(tenant)
                && key.charAt(tenant.length()) == '/'
                && key.endsWith(id);
        return same && tenant.indexOf('/') < 0 && key.indexOf(SEPARATOR) < 0;
    }

    /** Whether a key can be made of it. */
    static boolean isLegal(String promptId) {
        return promptId.indexOf(SEPARATOR) < 0;
    }

    /** The key of one row of those that stand together under {@code key}. */
    static String row(String key, String id) {
        return key + SEPARATOR + id;
    }

    /** What {@link #row} was made under; the whole of any other key. */
    static String above(String row) {
        int end = row.indexOf(SEPARATOR);
        return end < 0 ? row : row.substring(0, end);
    }
}
