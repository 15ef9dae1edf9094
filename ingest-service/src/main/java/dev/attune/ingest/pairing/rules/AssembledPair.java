package dev.attune.ingest.pairing.rules;

import java.util.List;

/**
 * One decision: {@code chosenId} beats {@code rejectedId}.
 *
 * @param chosenVersion that wrote chosen; empty where a person did, or nobody said
 * @param rejectedVersion that wrote rejected
 * @param strength (s + k) / (s + o + 2k), in (0.5, 1)
 * @param supporting users for chosen, a tie counted as one half
 * @param opposing users for rejected, a tie counted as one half
 * @param evidence the votes that were counted, in a stable order
 */
public record AssembledPair(
        String pairId,
        String chosenId,
        String rejectedId,
        String chosenVersion,
        String rejectedVersion,
        double strength,
        double supporting,
        double opposing,
        Origin origin,
        List<Evidence> evidence) {

    /** The strongest kind of evidence behind a pair; the stronger comes first and is kept first under a cap. */
    public enum Origin {
        PICK,
        EDIT,
        THUMBS_IN_TURN,
        THUMBS_ACROSS_TURNS
    }

    /** A vote, and the completion that it names. */
    public record Evidence(String completionId, Verdict verdict) {}
}
