package dev.attune.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DpoLossTest {
    private static final double BETA = 0.1;

    private static PairLogps pair(double chosen, double rejected, double strength) {
        return new PairLogps(
                new double[] {chosen}, new double[] {rejected}, new double[] {-11}, new double[] {-11}, new double[] {
                    strength
                });
    }

    @Test
    void isTheFormula() {
        // Given rewards 0.1 * (-10 + 11) = 0.1 and 0.1 * (-12 + 11) = -0.1: a margin of 0.2
        PairLogps pair = pair(-10, -12, 1);

        PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair);

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

        PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair);

        // 0.75 * ln(1 + exp(-0.2)) + 0.25 * ln(1 + exp(0.2)) = 0.75 * 0.598139 + 0.25 * 0.798139
        assertThat(loss.losses()[0]).isCloseTo(0.648139, within(1e-6));
        // 0.1 * (0.549834 - 0.75)
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-0.0200166, within(1e-7));
    }

    @Test
    void aSoftLabelIsContentAtItsLogit() {
        // sigmoid(h) = 0.75 at h = ln 3: the probability that the model gives is the label's
        double margin = Math.log(3) / BETA;

        PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair(-11 + margin, -11, 0.75));

        assertThat(loss.policyChosenGradients()[0]).isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.75, 1})
    void beginsAtLn2WhateverTheLabel(double strength) {
        PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair(-11, -11, strength));

        assertThat(loss.losses()[0]).isCloseTo(Math.log(2), within(1e-12));
        assertThat(loss.correct()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-300, -25, -11, -10.5, -3, 0})
    void gradientsAreTheSlope(double chosen) {
        double step = 1e-5;
        for (double strength : new double[] {0.6, 1}) {
            double up =
                    DpoLoss.sigmoid(BETA, pair(chosen + step, -12, strength)).totalLoss();
            double down =
                    DpoLoss.sigmoid(BETA, pair(chosen - step, -12, strength)).totalLoss();

            PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair(chosen, -12, strength));

            assertThat(loss.policyChosenGradients()[0]).isCloseTo((up - down) / (2 * step), within(1e-8));
        }
    }

    @Test
    void staysFiniteFarFromTheLabel() {
        PreferenceLoss loss = DpoLoss.sigmoid(BETA, pair(-1e6, 0, 1));

        // The margin is 0.1 * (-1e6 + 11 - 11): the loss is its size, the slope beta.
        assertThat(loss.losses()[0]).isCloseTo(1e5, within(1e-6));
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-BETA, within(1e-12));
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> pair(-1, -1, 0)).hasMessage("strength must be above 0 and at most 1, but is 0.0");
        assertThatThrownBy(() -> pair(-1, -1, 1.5)).hasMessage("strength must be above 0 and at most 1, but is 1.5");
        assertThatThrownBy(() -> DpoLoss.sigmoid(0, pair(-1, -1, 1))).hasMessage("beta must be above 0, but is 0.0");
    }
}
