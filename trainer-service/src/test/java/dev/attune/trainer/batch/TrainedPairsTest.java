package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.trainer.Pairs;
import dev.attune.trainer.learner.TrainingPair;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedPairsTest {
    private static final String HEADER = "attune-trained-pairs 1";

    @Test
    void itsFileIsTheSameWhateverTheOrderOfTraining() {
        // Given one pair trained in both directions, one in one, one set aside
        TrainedPairs ledger = new TrainedPairs();
        ledger.trained(pending("q/1", 7, Direction.REVERSED));
        ledger.settled(new PairKey(Pairs.TENANT, "s"), 4);
        ledger.trained(pending("p", 1, Direction.FORWARD));
        ledger.trained(pending("p", 3, Direction.REVERSED));

        assertThat(ledger.lines()).containsExactly(HEADER, "3 +- acme/p", "7 - acme/q/1", "4 . acme/s");
        TrainedPairs read = TrainedPairs.parse(ledger.lines());
        assertThat(read.lines()).isEqualTo(ledger.lines());
        assertThat(read.isTrained(new PairKey(Pairs.TENANT, "p"), Direction.FORWARD))
                .isTrue();
        assertThat(read.isTrained(new PairKey(Pairs.TENANT, "s"), Direction.FORWARD))
                .isFalse();
        assertThat(read.isSettled(new PairKey(Pairs.TENANT, "s"), 4)).isTrue();
        assertThat(read.isSettled(new PairKey(Pairs.TENANT, "s"), 5)).isFalse();
    }

    @Test
    void aFileThatIsNoLedgerIsRefusedByLine() {
        assertThatThrownBy(() -> TrainedPairs.parse(List.of("something else"))).hasMessageContaining("line 1");
        assertThatThrownBy(() -> TrainedPairs.parse(List.of(HEADER, "1 + acme/p", "x + acme/q")))
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> TrainedPairs.parse(List.of(HEADER, "1 +"))).hasMessageContaining("line 2");
    }

    private static PendingPair pending(String pairId, long revision, Direction direction) {
        return new PendingPair(
                new PairKey(Pairs.TENANT, pairId),
                revision,
                direction,
                new TrainingPair(pairId, new int[] {1}, new int[] {2}, new int[] {3}, 0.75),
                List.of(),
                Pairs.LAST_EVIDENCE,
                Pairs.LAST_EVIDENCE,
                new SourceRecord("pairs", 0, 0, null, null),
                0.5,
                0);
    }
}
