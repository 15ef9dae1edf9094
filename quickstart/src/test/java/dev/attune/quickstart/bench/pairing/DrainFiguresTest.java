package dev.attune.quickstart.bench.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.quickstart.bench.pairing.DrainWatch.Sample;
import dev.attune.quickstart.bench.pairing.PairingReport.Drain;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainFiguresTest {
    /** 1,000 events in three seconds, judged a second later, the pairs after another 1.5 s. */
    private static final List<Sample> HOT = List.of(
            sample(10, 100, 120, 0),
            sample(12, 600, 900, 0),
            sample(13, 1_000, 1_300, 4),
            sample(14, 1_000, 1_500, 4),
            sample(15, 1_000, 1_500, 4),
            sample(15.5, 1_000, 1_500, 32));

    @Test
    void theRateIsThatBetweenTheFirstQuietPeriodAndTheLastRecordRead() {
        Drain drain = DrainFigures.of(HOT, 100);

        assertThat(drain.seconds()).isEqualTo(5.5);
        assertThat(drain.overallEventsPerSecond()).isEqualTo(900 / 5.5);
        assertThat(drain.eventsPerSecond()).as("from second 12 to second 14").isEqualTo(200);
        assertThat(drain.longestPauseSeconds()).isEqualTo(2);
        assertThat(drain.longestStandstillSeconds()).isEqualTo(0.6);
        assertThat(drain.lookSeconds()).isNull();
        assertThat(drain.curve().getFirst().events()).isZero();
        assertThat(drain.curve().getLast().events()).isEqualTo(900);
    }

    @Test
    void aBacklogThatIsOverBeforeThatCountsFromItsFirstCommit() {
        List<Sample> brief = List.of(sample(10, 100, 120, 0), sample(11, 600, 900, 0), sample(13.5, 600, 900, 8));

        assertThat(DrainFigures.of(brief, 0).eventsPerSecond()).isEqualTo(500);
    }

    @Test
    void ofAHotPromptItEndsWithTheLastJudgedAnswerAndTheLookFollows() {
        Drain drain = DrainFigures.ofHotPrompt(HOT, 0);

        assertThat(drain.eventsPerSecond()).as("from second 10 to second 14").isEqualTo(225);
        assertThat(drain.lookSeconds()).isEqualTo(1.5);
    }

    @Test
    void pairsOfAnEarlierLookAreNotThoseOfTheLast() {
        assertThat(DrainFigures.ofHotPrompt(HOT.subList(0, 5), 0).lookSeconds()).isNull();
        assertThat(DrainFigures.ofHotPrompt(HOT.subList(0, 1), 0).lookSeconds()).isNull();
    }

    @Test
    void aPauseLastsUntilTheCountMoves() {
        LongestPause pause = new LongestPause(100, 7);

        pause.seen(110, 8);
        pause.seen(150, 8);
        pause.seen(160, 9);
        assertThat(pause.nanos()).as("from 110 to 160").isEqualTo(50);

        pause.restart(165);
        assertThat(pause.nanos()).isZero();
        pause.seen(170, 9);
        assertThat(pause.nanos()).as("one that still lasts").isEqualTo(5);
    }

    private static Sample sample(double second, long events, long read, long pairs) {
        return new Sample((long) (second * 1e9), events, read, pairs, Duration.ofMillis(600));
    }
}
