package dev.attune.ingest.pairing;

/** What the key of a turn's records is made of. */
record TurnKey(String tenant, String turnId) {
    /** @param key begins with the tenant, as {@link RecordKeys#isOf} has found */
    static TurnKey of(String key) {
        int end = key.indexOf('/');
        return new TurnKey(key.substring(0, end), key.substring(end + 1));
    }
}
