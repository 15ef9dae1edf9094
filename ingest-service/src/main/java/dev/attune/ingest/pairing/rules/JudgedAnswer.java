package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import java.util.List;

/**
 * A completion in the prompt stage: what the rules need of it, without its text.
 *
 * @param revision of the turn stage; a lower one than is known is an old record read again
 * @param textDigest equal for equal texts only
 * @param textLength in UTF-16 units
 * @param lastReceivedAt when its newest vote was received
 */
public record JudgedAnswer(
        String completionId,
        String turnId,
        long revision,
        String textDigest,
        int textLength,
        Instant lastReceivedAt,
        List<Verdict> verdicts) {

    /** Users that like it less those that do not; only votes that may be trained on. */
    int netThumbs() {
        int net = 0;
        for (Verdict verdict : verdicts) {
            net += thumb(verdict);
        }
        return net;
    }

    /** +1 for a thumb up, −1 for a thumb down, 0 for everything else. */
    static int thumb(Verdict verdict) {
        if (!verdict.allowTraining()) {
            return 0;
        }
        return switch (verdict.kind()) {
            case UP -> 1;
            case DOWN -> -1;
            case PREFERRED, DISPREFERRED, TIED, BOTH_BAD -> 0;
        };
    }
}
