package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import java.util.List;

/**
 * A completion in the prompt stage: what the rules need of it, without its text.
 *
 * @param revision of the turn stage; a lower one than is known is an old record read again
 * @param textDigest equal for equal texts only
 * @param textLength in UTF-16 units
 * @param modelVersion that wrote it; empty where nobody said
 * @param lastReceivedAt when its newest vote was received
 */
public record JudgedAnswer(
        String completionId,
        String turnId,
        long revision,
        String textDigest,
        int textLength,
        String modelVersion,
        Instant lastReceivedAt,
        List<Verdict> verdicts) {

    /** Users that like it; here and below only votes that may be trained on. */
    double likes() {
        int likes = 0;
        for (Verdict verdict : verdicts) {
            likes += thumb(verdict) > 0 ? 1 : 0;
        }
        return likes;
    }

    /** Users that do not like it, one who only asked for another counted as {@code regenerateWeight} of a user. */
    double dislikes(double regenerateWeight) {
        int downs = 0;
        int regenerated = 0;
        for (Verdict verdict : verdicts) {
            downs += thumb(verdict) < 0 ? 1 : 0;
            regenerated += isRegeneration(verdict) ? 1 : 0;
        }
        return downs + regenerateWeight * regenerated;
    }

    /** +1 where more users like it than not, −1 where fewer do, 0 where nobody knows. */
    int leaning(double regenerateWeight) {
        return Double.compare(likes(), dislikes(regenerateWeight));
    }

    static boolean isRegeneration(Verdict verdict) {
        return verdict.allowTraining() && verdict.kind() == Verdict.Kind.REGENERATED;
    }

    /** +1 for a thumb up, −1 for a thumb down, 0 for everything else. */
    static int thumb(Verdict verdict) {
        if (!verdict.allowTraining()) {
            return 0;
        }
        return switch (verdict.kind()) {
            case UP -> 1;
            case DOWN -> -1;
            case PREFERRED, DISPREFERRED, TIED, BOTH_BAD, EDITED, REGENERATED -> 0;
        };
    }
}
