package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
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

    /** What a vote says of one of its completions. */
    static Verdict of(Vote vote, String completionId) {
        return switch (vote.opinion()) {
            case Thumb thumb -> verdict(vote, thumb.direction() == Thumb.Direction.UP ? Kind.UP : Kind.DOWN, null);
            case Comparison comparison -> {
                boolean first = comparison.firstId().equals(completionId);
                yield verdict(
                        vote, kind(comparison.outcome(), first), first ? comparison.secondId() : comparison.firstId());
            }
            case Edit edit -> verdict(vote, Kind.EDITED, Edit.editedId(completionId, vote.userId()));
            case Regeneration regeneration -> verdict(vote, Kind.REGENERATED, null);
        };
    }

    private static Verdict verdict(Vote vote, Verdict.Kind kind, @Nullable String otherCompletionId) {
        return new Verdict(
                vote.eventId(),
                vote.userId(),
                kind,
                otherCompletionId,
                vote.occurredAt(),
                vote.receivedAt(),
                vote.allowTraining());
    }

    private static Kind kind(Comparison.Outcome outcome, boolean first) {
        return switch (outcome) {
            case FIRST -> first ? Kind.PREFERRED : Kind.DISPREFERRED;
            case SECOND -> first ? Kind.DISPREFERRED : Kind.PREFERRED;
            case TIE -> Kind.TIED;
            case BOTH_BAD -> Kind.BOTH_BAD;
        };
    }
}
