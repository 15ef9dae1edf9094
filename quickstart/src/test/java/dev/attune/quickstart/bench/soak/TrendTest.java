package dev.attune.quickstart.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    @Test
    void theLineIsThatOfTheSecondHalf() {
        // Given 5 bytes a step from step 600 on, and a steep beginning that does not count
        Trend trend = trend(step -> step < 600 ? 100 * step : 60_000 + 5 * (step - 600));

        assertThat(trend.perStep()).isCloseTo(5, within(1e-9));
        assertThat(trend.standardError()).isCloseTo(0, within(1e-9));
        assertThat(trend.perMillionSteps()).isCloseTo(5e6, within(1e-3));
        // The middle of steps 600 to 1100
        assertThat(trend.at()).isCloseTo(61_250, within(1e-6));
        assertThat(trend.flat()).isFalse();
        assertThat(trend.meaning())
                .isEqualTo("grows: +5.00 a step (standard error 0.00), +5,000,000 in a million steps");
    }

    @Test
    void whatComesToLessThanAHundredthIsFlat() {
        // 1,100 steps of 5 bytes are 5,500, of 600,000 about 0.9%
        assertThat(trend(step -> 600_000 + 5 * step).flat()).isTrue();
        assertThat(trend(step -> 6_000 + 5 * step).flat()).isFalse();
        assertThat(trend(step -> 6_000).flat()).isTrue();
    }

    @Test
    void aSlopeThatTheNoiseExplainsIsFlat() {
        Trend trend = trend(step -> step / 100 % 2 == 0 ? 1_000 : 2_000);

        assertThat(Math.abs(trend.perStep())).isPositive().isLessThan(2 * trend.standardError());
        assertThat(trend.flat()).isTrue();
    }

    private static Trend trend(LongUnaryOperator heap) {
        List<SoakSample> samples = LongStream.rangeClosed(0, 11)
                .map(i -> 100 * i)
                .mapToObj(step -> new SoakSample(step, 0, heap.applyAsLong(step), 0, 0, 0, 0, 0))
                .toList();
        return Trend.of(samples, SoakSample::heapAfterGc);
    }
}
