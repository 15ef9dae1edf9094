package dev.attune.publisher.serving;

import java.util.Locale;

/** What is known of a version on a replica before users get it; the weakest first. */
public enum ProofLevel {
    /** The right files lie where serving reads them. Nobody was asked what they do. */
    FILES,
    /** It answers under its name, otherwise than the base and the version before. Whether as the trainer computed is not known. */
    EFFECT,
    /** Its log-probabilities are the trainer's. */
    PARITY;

    /** The measurement that counts replicas with this proof. */
    String measurement() {
        return ReplicaProof.COUNT + name().toLowerCase(Locale.ROOT);
    }
}
