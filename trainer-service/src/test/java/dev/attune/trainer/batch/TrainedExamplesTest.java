package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.trainer.Pairs;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainedExamplesTest {
    private static final Instant DAY_0 = Instant.parse("2024-01-01T00:00:00Z");
    private static final Duration KEEP_FOR = Duration.ofDays(100);
    private static final ExampleKey P = key("p");
    private static final ExampleKey Q = key("q");

    private final TrainedExamples ledger = new TrainedExamples();

    @Test
    void aPairIsTrainedInADirectionAndSettledUpToARevision() {
        ledger.trained(P, 3, Direction.REVERSED, DAY_0);
        ledger.trained(P, 1, Direction.FORWARD, DAY_0);
        ledger.settled(Q, 4, DAY_0);

        assertThat(ledger.isTrained(P, Direction.FORWARD)).isTrue();
        assertThat(ledger.isTrained(P, Direction.REVERSED)).isTrue();
        assertThat(ledger.isSettled(P, 3)).isTrue();
        assertThat(ledger.isSettled(P, 4)).isFalse();
        assertThat(ledger.isKnown(Q)).isTrue();
        assertThat(ledger.isTrained(Q, Direction.FORWARD)).isFalse();
        assertThat(ledger.isSettled(Q, 4)).isTrue();
        assertThat(ledger.isKnown(key("r"))).isFalse();
        assertThat(ledger.isKnown(new ExampleKey("globex", "p"))).isFalse();
    }

    @Test
    void mergingIntoTheRestForgetsAndInventsNothing() {
        // Given a plain map and set of what was said of 3,000 pairs, and merges of 100 changes at a time
        TrainedExamples merging = new TrainedExamples(100);
        Map<ExampleKey, Long> revisions = new HashMap<>();
        Set<String> trained = new HashSet<>();
        Random random = new Random(7);
        int merges = 0;

        // When 20,000 random revisions are settled or trained
        for (int i = 0; i < 20_000; i++) {
            ExampleKey key = key("pair-" + random.nextInt(3_000));
            long revision = random.nextInt(1_000);
            revisions.merge(key, revision, Math::max);
            if (random.nextBoolean()) {
                Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.REVERSED;
                merging.trained(key, revision, direction, DAY_0);
                trained.add(key + " " + direction);
            } else {
                merging.settled(key, revision, DAY_0);
            }
            merges += i % 50 == 0 && merging.advance(KEEP_FOR, DAY_0, Optional.empty()) ? 1 : 0;
        }

        // Then both say the same of every pair
        assertThat(merges).isGreaterThan(50);
        assertThat(merging.base().size()).isBetween(2_000L, 3_000L);
        for (int i = 0; i < 3_100; i++) {
            ExampleKey key = key("pair-" + i);
            long revision = revisions.getOrDefault(key, -1L);
            assertThat(merging.isKnown(key)).isEqualTo(revisions.containsKey(key));
            assertThat(merging.isSettled(key, revision)).isEqualTo(revisions.containsKey(key));
            assertThat(merging.isSettled(key, revision + 1)).isFalse();
            for (Direction direction : Direction.values()) {
                assertThat(merging.isTrained(key, direction)).isEqualTo(trained.contains(key + " " + direction));
            }
        }
    }

    @Test
    void whatIsForgottenCanNoLongerBeTaken() {
        // Given a pair of day 0 and, 100 days later, another: pairs are taken up to day 100 - 90 and kept up to day 0
        ledger.trained(P, 1, Direction.FORWARD, DAY_0);
        ledger.trained(Q, 1, Direction.FORWARD, day(100));
        advance(Optional.empty());
        assertThat(ledger.horizon()).isEqualTo(new LedgerHorizon(millis(100), millis(10), millis(0)));

        // Then the old one is known as before, and an unknown one of its age is not taken
        assertThat(ledger.isTrained(P, Direction.FORWARD)).isTrue();
        assertThat(ledger.isTooOld(P, DAY_0)).isFalse();
        assertThat(ledger.isTooOld(key("r"), day(9))).isTrue();
        assertThat(ledger.isTooOld(key("r"), day(10))).isFalse();

        // When a day more has passed
        ledger.trained(key("s"), 1, Direction.FORWARD, day(101));
        advance(Optional.empty());

        // Then the old one is forgotten, and nobody takes it for a new one
        assertThat(ledger.isKnown(P)).isFalse();
        assertThat(ledger.isTooOld(P, DAY_0)).isTrue();
        assertThat(ledger.isKnown(Q)).isTrue();
    }

    @Test
    void theSameIsForgottenWhetherOrNotItIsStillThere() {
        // Given a ledger that merges with every checkpoint, and one that does not
        TrainedExamples merging = new TrainedExamples(0);
        for (TrainedExamples one : List.of(merging, ledger)) {
            one.trained(P, 1, Direction.FORWARD, DAY_0);
            one.trained(Q, 1, Direction.FORWARD, day(101));
            one.advance(KEEP_FOR, day(200), Optional.empty());
        }

        assertThat(merging.base().size()).isEqualTo(1);
        assertThat(ledger.recent().size()).isEqualTo(2);
        assertThat(List.of(merging.isKnown(P), ledger.isKnown(P))).containsOnly(false);
        assertThat(List.of(merging.isKnown(Q), ledger.isKnown(Q))).containsOnly(true);
    }

    @Test
    void whatWaitsHoldsTheHorizonBack() {
        // It is read again after a restart, and must be taken then as it was before.
        ledger.trained(Q, 1, Direction.FORWARD, day(200));

        advance(Optional.of(day(30)));

        assertThat(ledger.horizon().takenFrom()).isEqualTo(millis(30));
        assertThat(ledger.isTooOld(P, day(30))).isFalse();
        assertThat(ledger.isTooOld(P, day(29))).isTrue();
    }

    @Test
    void theHorizonNeverGoesBackAndNoFurtherThanTheClock() {
        // Given a pair from the year 2124
        ledger.trained(Q, 1, Direction.FORWARD, day(36_500));
        ledger.advance(KEEP_FOR, day(200), Optional.empty());
        assertThat(ledger.horizon().takenFrom()).isEqualTo(millis(110));

        // When more is to be kept from now on, and an older pair waits
        ledger.advance(KEEP_FOR.multipliedBy(2), day(200), Optional.of(day(20)));

        // Then nothing that may be forgotten is taken
        assertThat(ledger.horizon().takenFrom()).isEqualTo(millis(110));
        assertThat(ledger.horizon().keptFrom()).isEqualTo(millis(100));
    }

    @Test
    void whatDoesNotSayItsAgeIsKnownForEver() {
        // Given a pair that did not say it at first, and then did
        ledger.trained(P, 1, Direction.FORWARD, Instant.EPOCH);
        ledger.settled(P, 2, DAY_0);
        ledger.trained(Q, 1, Direction.FORWARD, day(1_000));
        advance(Optional.empty());

        // Then the first record may come back at any time
        assertThat(ledger.isSettled(P, 2)).isTrue();
        assertThat(ledger.isTooOld(key("r"), Instant.EPOCH)).isFalse();
    }

    @Test
    void withoutABoundNothingIsForgotten() {
        ledger.trained(P, 1, Direction.FORWARD, DAY_0);
        ledger.trained(Q, 1, Direction.FORWARD, day(10_000));

        ledger.advance(Duration.ZERO, day(10_000), Optional.empty());

        assertThat(ledger.isKnown(P)).isTrue();
        assertThat(ledger.isTooOld(key("r"), DAY_0)).isFalse();
    }

    @Test
    void formatOneIsStillRead() {
        TrainedExamples read =
                TextLedger.parse(List.of("attune-trained-pairs 1", "3 +- acme/p", "7 - acme/q/1", "4 . acme/s"));

        assertThat(read.isTrained(P, Direction.FORWARD)).isTrue();
        assertThat(read.isTrained(P, Direction.REVERSED)).isTrue();
        assertThat(read.isSettled(P, 3)).isTrue();
        assertThat(read.isTrained(key("q/1"), Direction.FORWARD)).isFalse();
        assertThat(read.isTrained(key("q/1"), Direction.REVERSED)).isTrue();
        assertThat(read.isSettled(key("s"), 4)).isTrue();
        assertThat(read.isSettled(key("s"), 5)).isFalse();
    }

    @Test
    void aFileThatIsNoLedgerIsRefusedByLine() {
        String header = "attune-trained-pairs 1";
        assertThatThrownBy(() -> TextLedger.parse(List.of("something else"))).hasMessageContaining("line 1");
        assertThatThrownBy(() -> TextLedger.parse(List.of(header, "1 + acme/p", "x + acme/q")))
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> TextLedger.parse(List.of(header, "1 +"))).hasMessageContaining("line 2");
    }

    private void advance(Optional<Instant> oldestWaiting) {
        ledger.advance(KEEP_FOR, day(100_000), oldestWaiting);
    }

    private static ExampleKey key(String pairId) {
        return new ExampleKey(Pairs.TENANT, pairId);
    }

    private static Instant day(int day) {
        return DAY_0.plus(Duration.ofDays(day));
    }

    private static long millis(int day) {
        return day(day).toEpochMilli();
    }
}
