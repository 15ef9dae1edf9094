package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Retraction;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.Judgement.Thumb.Direction;
import dev.attune.ingest.pairing.rules.TurnOutcome.EditedText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final TurnLimits LIMITS = new TurnLimits(4, 2, 3, Duration.ofMinutes(10), Duration.ofDays(30));

    private final Turn turn = new Turn(LIMITS, new TurnMemory());

    @Test
    void completionThenThumbIsSentWithItsVote() {
        TurnOutcome completion = turn.completion(answer("a", 1), NOON);
        TurnOutcome thumb = turn.feedback(thumb("e1", "ann", 0, "a", Direction.UP));

        assertThat(completion).isEqualTo(taken("a"));
        assertThat(thumb).isEqualTo(changed("a"));
        assertThat(turn.verdicts("a")).extracting(Verdict::kind).containsExactly(Verdict.Kind.UP);
    }

    @Test
    void thumbThatCameFirstIsSentWithTheCompletion() {
        TurnOutcome thumb = turn.feedback(thumb("e1", "ann", 0, "a", Direction.DOWN));
        TurnOutcome completion = turn.completion(answer("a", 1), NOON);

        assertThat(thumb).isEqualTo(changed());
        assertThat(completion).isEqualTo(taken("a", "a"));
        assertThat(turn.verdicts("a")).extracting(Verdict::kind).containsExactly(Verdict.Kind.DOWN);
    }

    @Test
    void theLatestVoteOfAUserCountsWhateverComesLast() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e2", "ann", 5, "a", Direction.DOWN));

        TurnOutcome older = turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        assertThat(older).isEqualTo(changed());
        assertThat(turn.verdicts("a")).extracting(Verdict::eventId).containsExactly("e2");
    }

    @Test
    void votesOfOneInstantAreOrderedByEventId() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e2", "ann", 1, "a", Direction.DOWN));

        turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        assertThat(turn.verdicts("a")).extracting(Verdict::eventId).containsExactly("e2");
    }

    @Test
    void aClearedThumbLeavesNothingAndAnOlderOneDoesNotComeBack() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        TurnOutcome cleared = turn.feedback(thumb("e3", "ann", 3, "a", Direction.CLEARED));
        turn.feedback(thumb("e2", "ann", 2, "a", Direction.UP));

        assertThat(cleared).isEqualTo(changed("a"));
        assertThat(turn.verdicts("a")).isEmpty();
    }

    @Test
    void aPickIsSeenFromBothSides() {
        turn.completion(answer("a", 1), NOON);
        turn.completion(answer("b", 2), NOON);

        TurnOutcome pick = turn.feedback(feedback("e1", "ann", 0, Comparison.pick("b", "a")));

        assertThat(pick).isEqualTo(changed("a", "b"));
        assertThat(turn.verdicts("a").getFirst().kind()).isEqualTo(Verdict.Kind.DISPREFERRED);
        assertThat(turn.verdicts("b").getFirst().kind()).isEqualTo(Verdict.Kind.PREFERRED);
        assertThat(turn.verdicts("b").getFirst().otherCompletionId()).isEqualTo("a");
    }

    @Test
    void aRetractionTakesItsVoteBackEvenIfItIsQuicker() {
        turn.completion(answer("a", 1), NOON);

        turn.feedback(feedback("e2", "ann", 2, new Retraction("e1")));
        TurnOutcome late = turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        assertThat(late).isEqualTo(changed());
        assertThat(turn.verdicts("a")).isEmpty();
    }

    @Test
    void anEditIsSentWithItsOriginalAndALaterOneTakesItsPlace() {
        String editedId = Edit.editedId("a", "ann");
        TurnOutcome early = turn.feedback(feedback("e1", "ann", 1, new Edit("a", "digest 1")));
        TurnOutcome completion = turn.completion(answer("a", 1), NOON);
        Feedback second = feedback("e3", "ann", 3, new Edit("a", "digest 3"));
        Feedback late = feedback("e2", "ann", 2, new Edit("a", "digest 2"));

        TurnOutcome again = turn.feedback(second);
        TurnOutcome older = turn.feedback(late);

        List<EditedText> edits = List.of(new EditedText(editedId, "a"));
        assertThat(early).isEqualTo(changed());
        assertThat(completion)
                .isEqualTo(new TurnOutcome.Changed(Set.of("a"), new TreeSet<>(List.of("a")), edits, List.of()));
        assertThat(again).isEqualTo(new TurnOutcome.Changed(Set.of(), new TreeSet<>(List.of("a")), edits, List.of()));
        assertThat(older).isEqualTo(changed());
        assertThat(turn.isLatest(second)).isTrue();
        assertThat(turn.isLatest(late)).isFalse();
        assertThat(turn.verdicts("a")).singleElement().satisfies(verdict -> {
            assertThat(verdict.kind()).isEqualTo(Verdict.Kind.EDITED);
            assertThat(verdict.otherCompletionId()).isEqualTo(editedId);
            assertThat(verdict.eventId()).isEqualTo("e3");
        });

        assertThat(turn.feedback(feedback("e4", "ann", 4, new Retraction("e3"))))
                .isEqualTo(changed("a"));
        assertThat(turn.verdicts("a")).isEmpty();
    }

    @Test
    void anEditLeavesTheSameUsersThumbStanding() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e1", "ann", 1, "a", Direction.DOWN));
        turn.feedback(feedback("e2", "ann", 2, new Edit("a", "digest")));

        assertThat(turn.verdicts("a"))
                .extracting(Verdict::kind)
                .containsExactly(Verdict.Kind.DOWN, Verdict.Kind.EDITED);
    }

    @Test
    void aRegenerationCountsUntilItsUserSaysWhatTheyThink() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(feedback("e1", "ann", 1, new Regeneration("a")));
        turn.feedback(thumb("e2", "bob", 1, "a", Direction.UP));
        assertThat(turn.verdicts("a"))
                .extracting(Verdict::kind)
                .containsExactly(Verdict.Kind.REGENERATED, Verdict.Kind.UP);

        turn.feedback(feedback("e3", "ann", 0, Comparison.pick("a", "b")));
        assertThat(turn.verdicts("a"))
                .extracting(Verdict::kind)
                .containsExactly(Verdict.Kind.PREFERRED, Verdict.Kind.UP);
    }

    @Test
    void nobodyRetractsAnothersVote() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        turn.feedback(feedback("e2", "bob", 2, new Retraction("e1")));

        assertThat(turn.verdicts("a")).hasSize(1);
    }

    @Test
    void theSameEventAgainIsADuplicateAndWithAnotherBodyAConflict() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        assertThat(turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP))).isEqualTo(new TurnOutcome.Duplicate());
        assertThat(turn.feedback(thumb("e1", "ann", 2, "a", Direction.DOWN)))
                .isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));
        assertThat(turn.completion(answer("a", 1), NOON)).isEqualTo(new TurnOutcome.Duplicate());
        assertThat(turn.completion(answer("a", 9), NOON))
                .isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));
    }

    @Test
    void anEventThatIsNoLongerRememberedStillCountsOnce() {
        turn.completion(answer("a", 1), NOON);
        turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));
        turn.feedback(thumb("e2", "bob", 2, "a", Direction.UP));
        turn.feedback(thumb("e3", "cid", 3, "a", Direction.UP));
        turn.feedback(thumb("e4", "cid", 4, "a", Direction.UP)); // three are remembered: e1 is forgotten

        TurnOutcome again = turn.feedback(thumb("e1", "ann", 1, "a", Direction.UP));

        assertThat(again).isEqualTo(changed());
        assertThat(turn.verdicts("a")).hasSize(3);
    }

    @Test
    void boundsRefuseAndKeepWhatIsThere() {
        turn.completion(answer("a", 1), NOON);
        turn.completion(answer("b", 2), NOON);
        for (String user : List.of("u1", "u2", "u3", "u4")) {
            turn.feedback(thumb("e-" + user, user, 1, "a", Direction.UP));
        }

        assertThat(turn.completion(answer("c", 3), NOON))
                .isEqualTo(new TurnOutcome.Refused(Refusal.TOO_MANY_COMPLETIONS));
        assertThat(turn.feedback(thumb("e-u5", "u5", 1, "a", Direction.UP)))
                .isEqualTo(new TurnOutcome.Refused(Refusal.TOO_MANY_VOTES));
        assertThat(turn.feedback(thumb("e-u4b", "u4", 2, "a", Direction.DOWN))).isEqualTo(changed("a"));
    }

    @Test
    void aVoteWhoseCompletionNeverCameExpiresOnceAndIsResolvedIfItComesLate() {
        turn.feedback(thumb("e1", "ann", 0, "a", Direction.UP));
        Instant expiry = NOON.plus(Duration.ofMinutes(10));

        assertThat(turn.nextExpiry()).contains(expiry);
        assertThat(turn.expire(expiry.minusMillis(1))).isEmpty();
        assertThat(turn.expire(expiry)).extracting(Vote::eventId).containsExactly("e1");
        assertThat(turn.expire(expiry)).isEmpty();
        assertThat(turn.nextExpiry()).isEmpty();

        TurnOutcome late = turn.completion(answer("a", 1), expiry);

        assertThat(late).isInstanceOfSatisfying(TurnOutcome.Changed.class, changed -> {
            assertThat(changed.completionIds()).containsExactly("a");
            assertThat(changed.resolved()).extracting(Vote::eventId).containsExactly("e1");
        });
    }

    @Test
    void selfContainedFeedbackBringsItsCompletions() {
        ServedAnswer inline = answer("a", 1, "");
        Feedback first = selfContained(thumb("e1", "ann", 1, "a", Direction.UP), inline);

        assertThat(turn.feedback(first)).isEqualTo(taken("a", "a"));
        assertThat(turn.feedback(first)).isEqualTo(new TurnOutcome.Duplicate());
        assertThat(turn.feedback(selfContained(thumb("e2", "bob", 1, "a", Direction.UP), inline)))
                .as("the completion again, with another vote")
                .isEqualTo(changed("a"));
        assertThat(turn.feedback(selfContained(thumb("e3", "cid", 1, "a", Direction.UP), answer("a", 9, ""))))
                .as("another text under the same id")
                .isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));
        assertThat(turn.verdicts("a")).hasSize(2);
    }

    @Test
    void whoDoesNotSayWhichVersionWroteACompletionContradictsNobody() {
        turn.feedback(selfContained(thumb("e1", "ann", 1, "a", Direction.UP), answer("a", 1, "")));

        assertThat(turn.completion(answer("a", 1), NOON))
                .as("the logged completion says the version")
                .isEqualTo(taken("a", "a"));
        assertThat(turn.completion(answer("a", 1), NOON)).isEqualTo(new TurnOutcome.Duplicate());
        assertThat(turn.completion(answer("a", 1, ""), NOON)).isEqualTo(new TurnOutcome.Duplicate());
        assertThat(turn.completion(answer("a", 1, "v2"), NOON))
                .isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));
    }

    @Test
    void aRefusedEventLeavesNoTrace() {
        turn.completion(answer("a", 1), NOON);
        Feedback secondConflicts =
                selfContained(thumb("e1", "ann", 1, "b", Direction.UP), answer("b", 2), answer("b", 3, "v1"));
        Feedback tooMany = selfContained(thumb("e2", "ann", 1, "b", Direction.UP), answer("b", 2), answer("c", 3));
        Feedback twoVersions = selfContained(
                thumb("e3", "ann", 1, "b", Direction.UP),
                answer("b", 2, ""),
                answer("b", 2, "v1"),
                answer("b", 2, "v2"));

        assertThat(turn.feedback(secondConflicts)).isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));
        assertThat(turn.feedback(tooMany)).isEqualTo(new TurnOutcome.Refused(Refusal.TOO_MANY_COMPLETIONS));
        assertThat(turn.feedback(twoVersions)).isEqualTo(new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE));

        assertThat(turn.memory().completions())
                .extracting(TurnMemory.KnownCompletion::completionId)
                .containsExactly("a");
        assertThat(turn.memory().seen()).isEmpty();
        assertThat(turn.memory().votes()).isEmpty();
    }

    private static Feedback selfContained(Feedback feedback, ServedAnswer... answers) {
        return new Feedback(
                feedback.eventId(),
                feedback.bodyDigest(),
                feedback.userId(),
                feedback.occurredAt(),
                feedback.receivedAt(),
                true,
                List.of(answers),
                feedback.judgement(),
                feedback.source());
    }

    private static TurnOutcome changed(String... completionIds) {
        return new TurnOutcome.Changed(Set.of(), new TreeSet<>(List.of(completionIds)), List.of(), List.of());
    }

    /** A completion was taken in, whose text is to be sent on. */
    private static TurnOutcome taken(String completionId, String... changed) {
        return new TurnOutcome.Changed(Set.of(completionId), new TreeSet<>(List.of(changed)), List.of(), List.of());
    }

    private static ServedAnswer answer(String completionId, long bodyDigest) {
        return answer(completionId, bodyDigest, "v1");
    }

    private static ServedAnswer answer(String completionId, long bodyDigest, String modelVersion) {
        return Answers.served(completionId, bodyDigest, modelVersion);
    }

    private static Feedback thumb(String eventId, String user, int second, String completionId, Direction direction) {
        return feedback(eventId, user, second, new Thumb(completionId, direction));
    }

    private static Feedback feedback(String eventId, String user, int second, Judgement judgement) {
        Instant time = NOON.plusSeconds(second);
        return new Feedback(
                eventId, judgement.hashCode(), user, time, NOON, true, List.of(), judgement, new Source(0, second));
    }
}
