package dev.attune.quickstart.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    /** Logarithms of 1, 2, 3, 4: probabilities 0.1, 0.2, 0.3, 0.4. */
    private static final float[] LOGITS = {0f, (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)};

    private static final int DRAWS = 20_000;

    @Test
    void givenTemperatureZeroWhenDrawnThenItIsTheLowestOfTheLikeliest() {
        assertThat(new Sampler(SamplingParameters.GREEDY, 0).draw(new float[] {1, 5, 5, 2}, new double[4]))
                .isEqualTo(1);
    }

    @Test
    void givenTemperatureOneWhenDrawnOftenThenFrequenciesAreTheProbabilities() {
        int[] counts = draw(new SamplingParameters(1, 1, 11L));

        double[] expected = {0.1, 0.2, 0.3, 0.4};
        double chiSquare = 0;
        for (int i = 0; i < 4; i++) {
            chiSquare += Math.pow(counts[i] - expected[i] * DRAWS, 2) / (expected[i] * DRAWS);
        }
        // 3 degrees of freedom: 16.3 is exceeded once in a thousand seeds.
        assertThat(chiSquare).isLessThan(16.3);
    }

    @Test
    void givenATemperatureWhenDrawnOftenThenProbabilitiesAreItsPowers() {
        int[] counts = draw(new SamplingParameters(0.5, 1, 12L));

        // Squares: 1, 4, 9, 16 of 30.
        assertThat(counts[0] / (double) DRAWS).isCloseTo(1 / 30.0, within(0.01));
        assertThat(counts[3] / (double) DRAWS).isCloseTo(16 / 30.0, within(0.015));
    }

    @Test
    void givenTopPWhenDrawnOftenThenOnlyTheNucleusComes() {
        int[] counts = draw(new SamplingParameters(1, 0.6, 13L));

        // 0.4 is not enough, 0.4 + 0.3 is: they share the draws 4 to 3.
        assertThat(counts[0]).isZero();
        assertThat(counts[1]).isZero();
        assertThat(counts[3] / (double) DRAWS).isCloseTo(4 / 7.0, within(0.015));
    }

    @Test
    void givenLogitsWhenScoredThenLogprobRankAndAlternativesAreRight() {
        TokenLogprob scored = TokenLogprob.of(LOGITS, 1, 2);

        assertThat(scored.logprob()).isCloseTo(Math.log(0.2), within(1e-6));
        assertThat(scored.rank()).isEqualTo(3);
        assertThat(scored.likeliest())
                .extracting(TokenLogprob.Alternative::token)
                .containsExactly(3, 2);
        assertThat(scored.likeliest().get(0).logprob()).isCloseTo(Math.log(0.4), within(1e-6));
    }

    private static int[] draw(SamplingParameters parameters) {
        Sampler sampler = new Sampler(parameters, 0);
        double[] scratch = new double[4];
        int[] counts = new int[4];
        IntStream.range(0, DRAWS).forEach(i -> counts[sampler.draw(LOGITS, scratch)]++);
        return counts;
    }
}
