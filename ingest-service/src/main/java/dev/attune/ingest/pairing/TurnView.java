package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Opinion;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.rules.VoteStanding;
import java.util.List;
import java.util.Locale;

/** What is known of a turn, for whoever asks: ids and times, never what anybody wrote. */
record TurnView(String turnId, List<CompletionView> completions, List<VoteView> votes) {
    record CompletionView(String completionId, String promptId, String modelVersion) {}

    /**
     * @param user pseudonym
     * @param standing whether it counts
     * @param detail why it does not; empty where it does
     */
    record VoteView(
            String eventId,
            String user,
            String kind,
            List<String> completionIds,
            String occurredAt,
            String standing,
            String detail) {}

    static TurnView of(String turnId, TurnMemory memory) {
        return new TurnView(
                turnId,
                memory.completions().stream()
                        .map(known -> known.answer())
                        .map(answer ->
                                new CompletionView(answer.completionId(), answer.promptId(), answer.modelVersion()))
                        .toList(),
                VoteStanding.of(memory).stream().map(TurnView::vote).toList());
    }

    private static VoteView vote(VoteStanding standing) {
        return new VoteView(
                standing.vote().eventId(),
                standing.vote().userId(),
                kind(standing.vote().opinion()),
                standing.vote().opinion().completionIds(),
                standing.vote().occurredAt().toString(),
                standing.standing().tag(),
                standing.detail());
    }

    private static String kind(Opinion opinion) {
        return switch (opinion) {
            case Thumb thumb -> "thumb_" + thumb.direction().name().toLowerCase(Locale.ROOT);
            case Comparison comparison ->
                switch (comparison.outcome()) {
                    case FIRST -> "pick_first";
                    case SECOND -> "pick_second";
                    case TIE -> "tie";
                    case BOTH_BAD -> "both_bad";
                };
            case Edit edit -> "edit";
            case Regeneration regeneration -> "regenerate";
        };
    }
}
