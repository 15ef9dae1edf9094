package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.trainer.Pairs;
import dev.attune.trainer.learner.TrainingPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {
    private static final Duration MAX_AGE = Duration.ofSeconds(10);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PendingExamples pending = new PendingExamples(3, new HeldOutRule(0.1));
    private final MicroBatches batches = new MicroBatches(pending, 2, MAX_AGE);

    @Test
    void aBatchIsDueByCount() {
        pending.put(pair("p0", 1, 0));
        assertThat(batches.isDue(0)).isFalse();

        pending.put(pair("p1", 1, 0));

        assertThat(batches.isDue(0)).isTrue();
        assertThat(batches.take().batch()).extracting(one -> one.key().pairId()).containsExactly("p0", "p1");
        assertThat(batches.untilDue(0)).isEqualTo(MAX_AGE);
    }

    @Test
    void aBatchIsDueByTheAgeOfThePairThatWaitsLongestWhateverItsRevision() {
        pending.put(pair("p0", 1, 4 * SECOND));
        pending.put(pair("p0", 2, 9 * SECOND));

        assertThat(batches.untilDue(6 * SECOND)).isEqualTo(Duration.ofSeconds(8));
        assertThat(batches.isDue(14 * SECOND)).isTrue();
        assertThat(batches.take().batch()).extracting(PendingExample::revision).containsExactly(2L);
    }

    @Test
    void readingShouldPauseWhenTooManyWait() {
        pending.put(pair("p0", 1, 0));
        pending.put(pair("p1", 1, 0));
        assertThat(pending.isFull()).isFalse();

        pending.put(pair("p2", 1, 0));

        assertThat(pending.isFull()).isTrue();
    }

    @Test
    void whatIsHeldOutWaitsAmongTheOthersAndMakesNoBatch() {
        // Given a share of a tenth, and a pair below it that came first, one between, one last
        pending.put(pair("h0", 1, 0, 0.05));
        assertThat(batches.untilDue(SECOND)).isEqualTo(Duration.ofSeconds(10));
        pending.put(pair("p0", 1, 0));
        pending.put(pair("h1", 1, 0, 0.09));
        pending.put(pair("p1", 1, 0));
        pending.put(pair("h2", 1, 0, 0.01));

        PendingExamples.Taken taken = batches.take();

        assertThat(taken.batch()).extracting(one -> one.key().pairId()).containsExactly("p0", "p1");
        assertThat(taken.heldOut()).extracting(one -> one.key().pairId()).containsExactly("h0", "h1");
        assertThat(pending.size()).isEqualTo(1);
        assertThat(pending.trainable()).isZero();
    }

    private static PendingExample pair(String pairId, long revision, long arrivedNanos) {
        return pair(pairId, revision, arrivedNanos, 0.5);
    }

    private static PendingExample pair(String pairId, long revision, long arrivedNanos, double promptPosition) {
        return new PendingExample(
                new ExampleKey(Pairs.TENANT, pairId),
                revision,
                Direction.FORWARD,
                new TrainingPair(pairId, new int[] {1}, new int[] {2}, new int[] {3}, 0.75),
                List.of(),
                Pairs.LAST_EVIDENCE,
                Pairs.LAST_EVIDENCE,
                Pairs.SERVED_AT,
                new SourceRecord("pairs", 0, revision, null, null),
                promptPosition,
                arrivedNanos);
    }
}
