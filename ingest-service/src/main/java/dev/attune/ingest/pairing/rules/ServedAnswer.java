package dev.attune.ingest.pairing.rules;

import java.time.Instant;

/**
 * A completion as it came, without its text.
 *
 * @param bodyDigest of prompt and text: the same id with another digest is another answer in disguise
 * @param modelVersion empty where whoever sent it did not say
 * @param textDigest equal for equal texts only
 * @param textLength in UTF-16 units
 */
public record ServedAnswer(
        String completionId,
        long bodyDigest,
        String modelVersion,
        String modelId,
        String promptId,
        String textDigest,
        int textLength,
        Instant occurredAt,
        Instant receivedAt) {

    /** Who does not say which version wrote it contradicts nobody. */
    boolean isSameAs(ServedAnswer other) {
        return bodyDigest == other.bodyDigest
                && (modelVersion.isEmpty() || other.modelVersion.isEmpty() || modelVersion.equals(other.modelVersion));
    }

    boolean lacksVersionOf(ServedAnswer other) {
        return modelVersion.isEmpty() && !other.modelVersion.isEmpty();
    }
}
