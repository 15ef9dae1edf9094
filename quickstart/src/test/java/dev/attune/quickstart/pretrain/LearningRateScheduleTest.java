package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {
    /** 100 steps, 10 of warm-up, peak 2: step s has done (s - 1) / 100, and from half on 2 * (1 - done) is left. */
    @ParameterizedTest
    @CsvSource({"1, 0.2", "5, 1.0", "10, 2.0", "50, 2.0", "51, 2.0", "76, 1.0", "91, 0.4", "100, 0.06"})
    void warmsUpStaysAndFalls(int step, double rate) {
        assertThat(new LearningRateSchedule(2, 10, 100).at(step)).isCloseTo(rate, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, 3.0", "2, 3.0"})
    void needsNoWarmUp(int step, double rate) {
        assertThat(new LearningRateSchedule(3, 0, 100).at(step)).isEqualTo(rate);
    }
}
