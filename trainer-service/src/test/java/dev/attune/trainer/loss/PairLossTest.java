package dev.attune.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairLossTest {
    private static final double BETA = 0.1;
    private static final LossFunction SIGMOID = new LossFunction.Sigmoid(BETA, 0);

    private static PairLogps pair(double chosen, double rejected, double strength) {
        return new PairLogps(
                new double[] {chosen},
                new double[] {rejected},
                new double[] {-11},
                new double[] {-11},
                new int[] {4},
                new int[] {5},
                new double[] {strength});
    }

    @Test
    void isTheFormula() {
        // Given rewards 0.1 * (-10 + 11) = 0.1 and 0.1 * (-12 + 11) = -0.1: a margin of 0.2
        PairLogps pair = pair(-10, -12, 1);

        PreferenceLoss loss = PairLoss.of(SIGMOID, pair);

        assertThat(loss.rewardsChosen()[0]).isCloseTo(0.1, within(1e-12));
        assertThat(loss.rewardsRejected()[0]).isCloseTo(-0.1, within(1e-12));
        // ln(1 + exp(-0.2)) = 0.598139, and the gradient 0.1 * (sigmoid(0.2) - 1) = 0.1 * (0.549834 - 1)
        assertThat(loss.losses()[0]).isCloseTo(0.598139, within(1e-6));
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-0.0450166, within(1e-7));
        assertThat(loss.policyRejectedGradients()[0]).isCloseTo(0.0450166, within(1e-7));
        assertThat(loss.correct()).isEqualTo(1);
    }

    @Test
    void aSoftLabelMixesBothDirections() {
        // Given the same margin of 0.2, and one pick in four wrong
        PairLogps pair = pair(-10, -12, 0.75);

        PreferenceLoss loss = PairLoss.of(SIGMOID, pair);

        // 0.75 * ln(1 + exp(-0.2)) + 0.25 * ln(1 + exp(0.2)) = 0.75 * 0.598139 + 0.25 * 0.798139
        assertThat(loss.losses()[0]).isCloseTo(0.648139, within(1e-6));
        // 0.1 * (0.549834 - 0.75)
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-0.0200166, within(1e-7));
    }

    @Test
    void aSoftLabelIsContentAtItsLogit() {
        // sigmoid(h) = 0.75 at h = ln 3: the probability that the model gives is the label's
        double margin = Math.log(3) / BETA;

        PreferenceLoss loss = PairLoss.of(SIGMOID, pair(-11 + margin, -11, 0.75));

        assertThat(loss.policyChosenGradients()[0]).isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.75, 1})
    void beginsAtLn2WhateverTheLabel(double strength) {
        PreferenceLoss loss = PairLoss.of(SIGMOID, pair(-11, -11, strength));

        assertThat(loss.losses()[0]).isCloseTo(Math.log(2), within(1e-12));
        assertThat(loss.correct()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-300, -25, -11, -10.5, -3, 0})
    void gradientsAreTheSlope(double chosen) {
        double step = 1e-5;
        for (double strength : new double[] {0.6, 1}) {
            double up = PairLoss.of(SIGMOID, pair(chosen + step, -12, strength)).totalLoss();
            double down =
                    PairLoss.of(SIGMOID, pair(chosen - step, -12, strength)).totalLoss();

            PreferenceLoss loss = PairLoss.of(SIGMOID, pair(chosen, -12, strength));

            assertThat(loss.policyChosenGradients()[0]).isCloseTo((up - down) / (2 * step), within(1e-8));
        }
    }

    static Stream<LossFunction> everyLoss() {
        return Stream.of(
                SIGMOID,
                new LossFunction.Sigmoid(BETA, 0.1),
                new LossFunction.LengthNormalisedSigmoid(1),
                new LossFunction.Ipo(BETA),
                new LossFunction.Hinge(BETA),
                new LossFunction.Robust(BETA, 0.1));
    }

    @ParameterizedTest
    @MethodSource("everyLoss")
    void everyGradientIsTheSlope(LossFunction function) {
        double step = 1e-5;
        for (double strength : new double[] {0.6, 0.875, 1}) {
            // The hinge's corners, at margins of 10 and -10, are not among them.
            for (double chosen : new double[] {-60, -25, -11.5, -10.5, -3, 15}) {
                PreferenceLoss loss = PairLoss.of(function, pair(chosen, -12, strength));
                double byChosen = (PairLoss.of(function, pair(chosen + step, -12, strength))
                                        .totalLoss()
                                - PairLoss.of(function, pair(chosen - step, -12, strength))
                                        .totalLoss())
                        / (2 * step);
                double byRejected = (PairLoss.of(function, pair(chosen, -12 + step, strength))
                                        .totalLoss()
                                - PairLoss.of(function, pair(chosen, -12 - step, strength))
                                        .totalLoss())
                        / (2 * step);

                assertThat(loss.policyChosenGradients()[0]).isCloseTo(byChosen, within(1e-7));
                assertThat(loss.policyRejectedGradients()[0]).isCloseTo(byRejected, within(1e-7));
            }
        }
    }

    @Test
    void conservativeDpoIsASoftLabel() {
        PreferenceLoss conservative = PairLoss.of(new LossFunction.Sigmoid(BETA, 0.25), pair(-7, -12, 1));
        PreferenceLoss soft = PairLoss.of(SIGMOID, pair(-7, -12, 0.75));

        assertThat(conservative.losses()[0]).isCloseTo(soft.losses()[0], within(1e-12));
        assertThat(conservative.policyChosenGradients()[0]).isCloseTo(soft.policyChosenGradients()[0], within(1e-12));
    }

    @Test
    void theOthersAreTheirFormulas() {
        // A margin of 1 - (-1) = 2 in sums, 1/4 - (-1)/5 = 0.45 in means over 4 and 5 tokens
        PairLogps pair = pair(-10, -12, 1);

        assertThat(PairLoss.of(new LossFunction.Ipo(BETA), pair).losses()[0])
                .isCloseTo((0.45 - 5) * (0.45 - 5), within(1e-12));
        assertThat(PairLoss.of(new LossFunction.Hinge(BETA), pair).losses()[0]).isCloseTo(0.8, within(1e-12));
        // (0.9 * 0.598139 - 0.1 * 0.798139) / 0.8
        assertThat(PairLoss.of(new LossFunction.Robust(BETA, 0.1), pair).losses()[0])
                .isCloseTo(0.573139, within(1e-6));
        assertThat(PairLoss.of(new LossFunction.LengthNormalisedSigmoid(1), pair)
                        .losses()[0])
                .isCloseTo(Math.log1p(Math.exp(-0.45)), within(1e-12));
    }

    @Test
    void staysFiniteFarFromTheLabel() {
        PreferenceLoss loss = PairLoss.of(SIGMOID, pair(-1e6, 0, 1));

        // The margin is 0.1 * (-1e6 + 11 - 11): the loss is its size, the slope beta.
        assertThat(loss.losses()[0]).isCloseTo(1e5, within(1e-6));
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-BETA, within(1e-12));
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> pair(-1, -1, 0)).hasMessage("strength must be above 0 and at most 1, but is 0.0");
        assertThatThrownBy(() -> pair(-1, -1, 1.5)).hasMessage("strength must be above 0 and at most 1, but is 1.5");
        assertThatThrownBy(() -> new LossFunction.Sigmoid(0, 0)).hasMessage("beta must be above 0, but is 0.0");
    }
}
