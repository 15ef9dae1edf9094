package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointCadenceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final CheckpointCadence cadence = new CheckpointCadence(3, Duration.ofSeconds(10));

    @Test
    void aCheckpointIsDueAfterEnoughSteps() {
        cadence.stepTaken(0);

        assertThat(cadence.isDue(2, false, 0)).isFalse();
        assertThat(cadence.isDue(3, false, 0)).isTrue();
    }

    @Test
    void fewerStepsAreDueByAgeOnceTrainingIsIdle() {
        cadence.stepTaken(5 * SECOND);
        cadence.stepTaken(9 * SECOND);

        assertThat(cadence.isDue(2, true, 14 * SECOND)).isFalse();
        assertThat(cadence.isDue(2, false, 15 * SECOND)).isFalse();
        assertThat(cadence.isDue(2, true, 15 * SECOND)).isTrue();
    }

    @Test
    void withoutAStepNothingIsDueHoweverLongAgo() {
        assertThat(cadence.isDue(0, true, 100 * SECOND)).isFalse();
    }

    @Test
    void aRefusedCheckpointIsTriedAgainAfterNewSteps() {
        cadence.stepTaken(0);
        cadence.tried(3);

        assertThat(cadence.isDue(3, true, 100 * SECOND)).isFalse();
        assertThat(cadence.isDue(5, true, 100 * SECOND)).isFalse();
        assertThat(cadence.isDue(6, true, 100 * SECOND)).isTrue();
    }
}
