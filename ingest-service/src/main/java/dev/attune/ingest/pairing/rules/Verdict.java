package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one user currently says of a completion, seen from that completion.
 *
 * @param otherCompletionId the other side of a comparison, or the edited text; null for the others
 */
public record Verdict(
        String eventId,
        String userId,
        Kind kind,
        @Nullable String otherCompletionId,
        Instant occurredAt,
        Instant receivedAt,
        boolean allowTraining) {

    public enum Kind {
        UP,
        DOWN,
        PREFERRED,
        DISPREFERRED,
        TIED,
        BOTH_BAD,
        /** The user put the text {@code otherCompletionId} in its place. */
        EDITED,
        /** The user asked for another one. */
        REGENERATED
    }
}
