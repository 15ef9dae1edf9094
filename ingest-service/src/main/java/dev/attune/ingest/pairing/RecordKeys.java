package dev.attune.ingest.pairing;

import dev.attune.schemas.Topics;

/** Which record keys can be trusted: stores are keyed by them, so a wrong one would mix the turns of two tenants. */
final class RecordKeys {
    /** Separates a key from what is stored under it. */
    static final char SEPARATOR = '\0';

    private RecordKeys() {}

    /** Whether {@code key} is the one key of this tenant's turn or prompt. */
    static boolean isOf(String key, String tenant, String id) {
        boolean ambiguous = tenant.indexOf('/') >= 0 || key.indexOf(SEPARATOR) >= 0;
        return !ambiguous && key.equals(Topics.key(tenant, id));
    }
}
