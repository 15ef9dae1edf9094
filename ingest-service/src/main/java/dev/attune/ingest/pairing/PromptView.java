package dev.attune.ingest.pairing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.NoPair;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a prompt, for whoever asks: ids, votes and decisions, never what anybody wrote.
 *
 * @param answersLeftOut judged completions that are not shown, because there are too many
 * @param changesPending whether votes came that were not decided on yet
 */
record PromptView(
        String promptId,
        List<AnswerView> answers,
        int answersLeftOut,
        List<PairView> pairs,
        List<SingleView> singles,
        List<NoPairView> noPairs,
        boolean changesPending) {

    record AnswerView(String completionId, String turnId, List<VerdictView> votes) {}

    record VerdictView(String eventId, String user, String kind, String occurredAt, boolean allowTraining) {}

    /**
     * @param status {@code active} where it holds in the prompt
     * @param budgets where budgets are set, what tells whether it went out too
     */
    record PairView(
            String pairId,
            String chosen,
            String rejected,
            double strength,
            double supporting,
            double opposing,
            String origin,
            List<String> evidence,
            long revision,
            String status,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String budgets) {}

    record SingleView(String completionId, boolean desirable, double strength, long revision, String status) {}

    record NoPairView(List<String> completionIds, String reason, String detail) {}

    static AnswerView answer(JudgedAnswer answer) {
        return new AnswerView(
                answer.completionId(),
                answer.turnId(),
                answer.verdicts().stream().map(PromptView::verdict).toList());
    }

    /** @param budgeted whether budgets are set, so that a pair of the prompt may be kept out */
    static List<PairView> pairs(Collection<Published<AssembledPair>> published, boolean budgeted) {
        return published.stream().map(pair -> pair(pair, budgeted)).toList();
    }

    static List<SingleView> singles(Collection<Published<AssembledSingle>> published) {
        return published.stream()
                .map(single -> new SingleView(
                        single.content().completionId(),
                        single.content().desirable(),
                        single.content().strength(),
                        single.revision(),
                        status(single)))
                .toList();
    }

    static NoPairView noPair(NoPair none) {
        return new NoPairView(none.completionIds(), none.reason().tag(), none.detail());
    }

    private static VerdictView verdict(Verdict verdict) {
        return new VerdictView(
                verdict.eventId(),
                verdict.userId(),
                verdict.kind().name().toLowerCase(Locale.ROOT),
                verdict.occurredAt().toString(),
                verdict.allowTraining());
    }

    private static PairView pair(Published<AssembledPair> published, boolean budgeted) {
        AssembledPair pair = published.content();
        return new PairView(
                pair.pairId(),
                pair.chosenId(),
                pair.rejectedId(),
                pair.strength(),
                pair.supporting(),
                pair.opposing(),
                pair.origin().name().toLowerCase(Locale.ROOT),
                pair.evidence().stream()
                        .map(evidence -> evidence.verdict().eventId())
                        .toList(),
                published.revision(),
                status(published),
                budgeted ? QueryRoutes.pairPath(pair.pairId()) : null);
    }

    private static String status(Published<?> published) {
        return published.active() ? "active" : "retracted";
    }
}
