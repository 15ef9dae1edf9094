package dev.attune.ingest.pairing.rules;

import java.time.Instant;

/** Completions of which only some things matter. */
final class Answers {
    private Answers() {}

    static ServedAnswer served(String completionId, long bodyDigest, String modelVersion) {
        return new ServedAnswer(
                completionId,
                bodyDigest,
                modelVersion,
                "support",
                "p",
                Long.toHexString(bodyDigest),
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
