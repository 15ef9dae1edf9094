package dev.attune.ingest.pairing.rules;

/**
 * A completion as it came, without its text.
 *
 * @param bodyDigest of prompt and text: the same id with another digest is another answer in disguise
 * @param modelVersion empty where whoever sent it did not say
 */
public record ServedAnswer(String completionId, long bodyDigest, String modelVersion) {
    /** Who does not say which version wrote it contradicts nobody. */
    boolean isSameAs(ServedAnswer other) {
        return bodyDigest == other.bodyDigest
                && (modelVersion.isEmpty() || other.modelVersion.isEmpty() || modelVersion.equals(other.modelVersion));
    }
}
