package dev.attune.publisher.canary;

import static dev.attune.publisher.canary.TestCanary.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.publisher.canary.Ballot.Voice;
import dev.attune.publisher.canary.Said.Edit;
import dev.attune.publisher.canary.Said.Pick;
import dev.attune.publisher.canary.Said.Retraction;
import dev.attune.publisher.canary.Said.Thumb;
import dev.attune.publisher.canary.Said.Thumb.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Answers c1, c2 are the canary's, s1 and s2 the stable version's. */
class BallotTest {
    private static final Duration SETTLE = Duration.ofMinutes(10);
    private static final Map<String, Arm> ARMS =
            Map.of("c1", Arm.CANARY, "c2", Arm.CANARY, "s1", Arm.STABLE, "s2", Arm.STABLE);

    private static Thumb thumb(String eventId, int minute, String answerId, Direction direction) {
        return new Thumb(eventId, at(minute), at(minute), answerId, direction);
    }

    private static Instant at(int minute) {
        return NOON.plusSeconds(60L * minute);
    }

    private static Voice voice(Said... said) {
        Ballot ballot = new Ballot();
        List.of(said).forEach(ballot::add);
        return ballot.voice(SETTLE, ARMS::get);
    }

    @Test
    void aThumbIsOneOrNothing() {
        assertThat(voice(thumb("e1", 0, "c1", Direction.UP))).isEqualTo(new Voice(1.0, null));
        assertThat(voice(thumb("e1", 0, "s1", Direction.DOWN))).isEqualTo(new Voice(null, 0.0));
    }

    @Test
    void manyAnswersOfOneVersionAreOneVoice() {
        assertThat(voice(
                        thumb("e1", 0, "c1", Direction.UP),
                        thumb("e2", 0, "c2", Direction.DOWN),
                        thumb("e3", 0, "s1", Direction.UP)))
                .isEqualTo(new Voice(0.5, 1.0));
    }

    @Test
    void theLatestThumbOnAnAnswerCountsByTimeAndThenByEventId() {
        assertThat(voice(thumb("e2", 1, "c1", Direction.DOWN), thumb("e1", 0, "c1", Direction.UP)))
                .isEqualTo(new Voice(0.0, null));
        assertThat(voice(thumb("e2", 0, "c1", Direction.DOWN), thumb("e1", 0, "c1", Direction.UP)))
                .isEqualTo(new Voice(0.0, null));
        assertThat(voice(thumb("e2", 1, "c1", Direction.CLEARED), thumb("e1", 0, "c1", Direction.UP))
                        .isSilent())
                .isTrue();
    }

    @Test
    void whatIsRetractedDoesNotCountAndWhatItReplacedDoesNotComeBack() {
        Retraction retraction = new Retraction("e3", at(2), at(2), "e2");

        assertThat(voice(thumb("e1", 0, "c1", Direction.UP), thumb("e2", 1, "c1", Direction.DOWN), retraction)
                        .isSilent())
                .isTrue();
        assertThat(voice(thumb("e1", 0, "c1", Direction.UP), retraction)).isEqualTo(new Voice(1.0, null));
    }

    @Test
    void aPickBetweenTheVersionsSpeaksForBothAndReplacesTheThumbsOnThem() {
        Pick pick = new Pick("e2", at(1), at(1), "c1", "s1", 1, 0);

        assertThat(voice(pick)).isEqualTo(new Voice(1.0, 0.0));
        assertThat(voice(thumb("e1", 5, "c1", Direction.DOWN), pick)).isEqualTo(new Voice(1.0, 0.0));
        // Of the same two answers, shown the other way round
        assertThat(voice(pick, new Pick("e3", at(2), at(2), "s1", "c1", 0.5, 0.5)))
                .isEqualTo(new Voice(0.5, 0.5));
    }

    @Test
    void aPickBetweenAnswersOfOneVersionSaysNothing() {
        assertThat(voice(new Pick("e1", at(0), at(0), "c1", "c2", 1, 0)).isSilent())
                .isTrue();
        assertThat(voice(new Pick("e1", at(0), at(0), "c1", "unknown", 1, 0)).isSilent())
                .isTrue();
    }

    @Test
    void whoeverWritesAnotherTextDidNotLikeTheAnswer() {
        assertThat(voice(new Edit("e1", at(0), at(0), "c1"), thumb("e2", 1, "c1", Direction.UP)))
                .isEqualTo(new Voice(0.0, null));
    }

    @Test
    void whatIsReceivedAfterTheTimeIsTooLateWhateverItsOwnClockSays() {
        Thumb early = thumb("e1", 0, "c1", Direction.UP);
        Thumb late = new Thumb("e2", at(1), at(11), "c1", Direction.DOWN);
        Thumb last = new Thumb("e2", at(1), at(10), "c1", Direction.DOWN);

        assertThat(voice(early, late)).isEqualTo(new Voice(1.0, null));
        assertThat(voice(early, last)).isEqualTo(new Voice(0.0, null));
    }

    @RepeatedTest(20)
    void orderAndRepetitionDoNotMatter() {
        List<Said> events = new ArrayList<>(List.of(
                thumb("e1", 0, "c1", Direction.UP),
                thumb("e2", 3, "c1", Direction.DOWN),
                thumb("e3", 1, "c2", Direction.UP),
                new Retraction("e4", at(4), at(4), "e3"),
                new Pick("e5", at(2), at(2), "s1", "c2", 0.5, 0.5),
                new Edit("e6", at(5), at(5), "s2"),
                thumb("e7", 12, "s2", Direction.UP)));
        Voice inOrder = voice(events.toArray(Said[]::new));
        events.addAll(events.subList(0, 4));
        Collections.shuffle(events, new Random());

        assertThat(voice(events.toArray(Said[]::new))).isEqualTo(inOrder).isEqualTo(new Voice(0.25, 0.25));
    }

    @Test
    void ofVeryManyEventsTheFirstCount() {
        Ballot ballot = new Ballot();
        for (int i = Ballot.MOST_EVENTS + 10; i > 0; i--) {
            ballot.add(thumb("e%03d".formatted(i), 0, "c1", Direction.UP));
        }
        ballot.add(thumb("e999", 0, "c1", Direction.DOWN));

        assertThat(ballot.voice(SETTLE, ARMS::get)).isEqualTo(new Voice(1.0, null));
    }
}
