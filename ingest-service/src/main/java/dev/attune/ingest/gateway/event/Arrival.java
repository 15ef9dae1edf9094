package dev.attune.ingest.gateway.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its event beside the event itself.
 *
 * @param receivedAt now, in whole milliseconds
 * @param idempotencyKey what the client calls this attempt and every repetition of it; null where it did not say
 */
public record Arrival(Instant receivedAt, @Nullable String idempotencyKey) {
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int MOST_KEY_LENGTH = 255;

    /** 1 to 255 visible ASCII characters: nothing that a proxy would trim or change. */
    public static boolean isLegalKey(String key) {
        return !key.isEmpty() && key.length() <= MOST_KEY_LENGTH && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Of the item of a batch. */
    public Arrival ofItem(int index) {
        return idempotencyKey == null ? this : new Arrival(receivedAt, idempotencyKey + "#" + index);
    }
}
