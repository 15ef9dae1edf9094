package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Retraction;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.Judgement.Thumb.Direction;
import dev.attune.ingest.pairing.rules.VoteStanding.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What a user is told of a vote: the first reason for which it does not count, or that it does. */
class VoteStandingTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final TurnMemory memory = new TurnMemory();
    private final Turn turn = new Turn(new TurnLimits(100, 10, 100, WAIT, Duration.ofDays(30)), memory);

    @Test
    void aTurnWithoutVotesHasNone() {
        serve("a");

        assertThat(VoteStanding.of(memory)).isEmpty();
    }

    @Test
    void everyKindOfOpinionOnWhatWasServedCounts() {
        serve("a", "b");
        give("e1", "ann", 1, new Thumb("a", Direction.UP));
        give("e2", "ann", 1, Comparison.pick("b", "a"));
        give("e3", "ann", 1, Comparison.undecided("a", "b", Comparison.Outcome.BOTH_BAD));
        give("e4", "ann", 1, new Edit("a", "digest"));
        give("e5", "ann", 1, new Regeneration("b"));

        // Both comparisons are in one place, and the ids decide between two of one instant: e3 is the later one.
        assertThat(standings())
                .containsExactly(
                        tuple("e1", Standing.COUNTS, ""),
                        tuple("e3", Standing.COUNTS, ""),
                        tuple("e4", Standing.COUNTS, ""),
                        tuple("e5", Standing.COUNTS, ""));
    }

    @Test
    void ofAUsersVotesInOnePlaceOnlyTheLatestIsShownAndTheOrderIsThatOfTheIds() {
        serve("a");
        give("e9", "bob", 1, new Thumb("a", Direction.UP));
        give("e3", "ann", 5, new Thumb("a", Direction.DOWN));
        give("e5", "ann", 2, new Thumb("a", Direction.UP));

        assertThat(standings()).containsExactly(tuple("e3", Standing.COUNTS, ""), tuple("e9", Standing.COUNTS, ""));
    }

    @Test
    void aVoteWaitsForEachCompletionThatIsNotThere() {
        serve("b");
        give("e1", "ann", 1, new Thumb("a", Direction.UP));
        give("e2", "ann", 1, new Thumb("b", Direction.UP));
        give("e3", "ann", 1, Comparison.pick("b", "a"));
        give("e4", "ann", 1, Comparison.pick("d", "c"));

        // A comparison names its completions in order, whichever was picked.
        assertThat(standings())
                .containsExactly(
                        tuple("e1", Standing.WAITING_FOR_COMPLETION, "waiting for completion a"),
                        tuple("e2", Standing.COUNTS, ""),
                        tuple("e3", Standing.WAITING_FOR_COMPLETION, "waiting for completion a"),
                        tuple("e4", Standing.WAITING_FOR_COMPLETION, "waiting for completion c and d"));
    }

    @Test
    void afterTheWaitItIsSaidThatADeadLetterWentOutUntilTheCompletionComes() {
        give("e1", "ann", 1, new Thumb("a", Direction.UP));
        turn.expire(NOON.plus(WAIT));
        assertThat(standings())
                .containsExactly(tuple(
                        "e1",
                        Standing.WAITING_FOR_COMPLETION,
                        "waiting for completion a; reported as a dead letter meanwhile"));

        serve("a");
        assertThat(standings()).containsExactly(tuple("e1", Standing.COUNTS, ""));
    }

    @Test
    void aClearedThumbIsNoVoteWhetherItsCompletionIsThereOrNot() {
        serve("a");
        give("e1", "ann", 1, new Thumb("a", Direction.UP));
        give("e2", "ann", 2, new Thumb("a", Direction.CLEARED));
        give("e3", "ann", 2, new Thumb("b", Direction.CLEARED));

        assertThat(standings())
                .containsExactly(
                        tuple("e2", Standing.CLEARED, "it only takes an earlier thumb back"),
                        tuple("e3", Standing.CLEARED, "it only takes an earlier thumb back"));
    }

    @Test
    void whatItsUserTookBackIsRetractedWhateverElseMayBeSaidOfIt() {
        serve("a");
        give("counting", "ann", 1, new Thumb("a", Direction.UP));
        give("cleared", "bob", 1, new Thumb("a", Direction.CLEARED));
        give("waiting", "cid", 1, new Thumb("b", Direction.UP));
        giveSilently("silent", "dan", new Thumb("a", Direction.UP));
        give("r1", "ann", 2, new Retraction("counting"));
        give("r2", "bob", 2, new Retraction("cleared"));
        give("r3", "cid", 2, new Retraction("waiting"));
        give("r4", "dan", 2, new Retraction("silent"));

        assertThat(standings())
                .containsExactlyElementsOf(Stream.of("cleared", "counting", "silent", "waiting")
                        .map(id -> tuple(id, Standing.RETRACTED, "its user took it back"))
                        .toList());
    }

    @Test
    void aRetractionOfAnothersVoteOrOfAnEarlierOneChangesNothing() {
        serve("a");
        give("e1", "ann", 1, new Thumb("a", Direction.UP));
        give("e2", "ann", 2, new Thumb("a", Direction.DOWN));
        give("r1", "bob", 3, new Retraction("e2"));
        give("r2", "ann", 3, new Retraction("e1"));

        assertThat(standings()).containsExactly(tuple("e2", Standing.COUNTS, ""));
    }

    @Test
    void aVoteThatIsNotForTrainingIsSaidToBeSoOnceItsCompletionIsThere() {
        giveSilently("e1", "ann", new Thumb("a", Direction.UP));
        assertThat(standings())
                .containsExactly(tuple("e1", Standing.WAITING_FOR_COMPLETION, "waiting for completion a"));

        serve("a");
        assertThat(standings())
                .containsExactly(tuple("e1", Standing.NOT_FOR_TRAINING, "it is marked as not for training"));
    }

    @Test
    void clientsSeeTheStandingsInLowerCase() {
        assertThat(Stream.of(Standing.values()).map(Standing::tag))
                .containsExactly("retracted", "cleared", "waiting_for_completion", "not_for_training", "counts");
    }

    private List<Tuple> standings() {
        return VoteStanding.of(memory).stream()
                .map(one -> tuple(one.vote().eventId(), one.standing(), one.detail()))
                .toList();
    }

    private void serve(String... completionIds) {
        for (String id : completionIds) {
            turn.completion(Answers.served(id, id.hashCode(), "v1"), NOON);
        }
    }

    private void give(String eventId, String user, int second, Judgement judgement) {
        give(eventId, user, second, true, judgement);
    }

    private void giveSilently(String eventId, String user, Judgement judgement) {
        give(eventId, user, 1, false, judgement);
    }

    private void give(String eventId, String user, int second, boolean allowTraining, Judgement judgement) {
        turn.feedback(new Feedback(
                eventId,
                judgement.hashCode(),
                user,
                NOON.plusSeconds(second),
                NOON,
                allowTraining,
                List.of(),
                judgement,
                new Source(0, second)));
    }
}
