package dev.attune.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KtoLossTest {
    private static final KtoLoss KTO = new KtoLoss(0.1, 1.5, 0.5);

    /** A liked answer and one that was not, each twice as likely by 2 nats under the policy. */
    private static SingleLogps answers(double policy, double strength) {
        return new SingleLogps(
                new double[] {policy, policy}, new double[] {-12, -12}, new boolean[] {true, false}, new double[] {
                    strength, strength
                });
    }

    @Test
    void isTheFormula() {
        // Given a log-ratio of 2 and z = 1: sigmoid(0.1 * (2 - 1)) = 0.524979
        SingleLoss loss = KTO.of(answers(-10, 1), 1);

        assertThat(loss.losses()[0]).isCloseTo(1.5 * (1 - 0.524979), within(1e-6));
        // 1 - sigmoid(0.1 * (1 - 2)) = 1 - 0.475021
        assertThat(loss.losses()[1]).isCloseTo(0.5 * 0.524979, within(1e-6));
        assertThat(loss.rewards()).containsExactly(0.2, 0.2);
    }

    @Test
    void aSoftLabelMixesBothSides() {
        SingleLoss loss = KTO.of(answers(-10, 0.75), 1);

        assertThat(loss.losses()[0]).isCloseTo(0.75 * 1.5 * 0.475021 + 0.25 * 0.5 * 0.524979, within(1e-6));
        assertThat(loss.losses()[1]).isCloseTo(0.25 * 1.5 * 0.475021 + 0.75 * 0.5 * 0.524979, within(1e-6));
    }

    @Test
    void gradientsAreTheSlope() {
        double step = 1e-5;
        for (double strength : new double[] {0.6, 1}) {
            for (double policy : new double[] {-60, -14, -12, -10, 5}) {
                SingleLoss loss = KTO.of(answers(policy, strength), 0.7);
                SingleLoss up = KTO.of(answers(policy + step, strength), 0.7);
                SingleLoss down = KTO.of(answers(policy - step, strength), 0.7);

                for (int i = 0; i < 2; i++) {
                    double slope = (up.losses()[i] - down.losses()[i]) / (2 * step);
                    assertThat(loss.policyGradients()[i]).isCloseTo(slope, within(1e-9));
                }
            }
        }
    }

    @Test
    void theDivergenceIsTheMeanLogRatioOfMismatchedAnswersAndNeverBelowZero() {
        assertThat(KtoLoss.divergence(new double[] {-10, -8}, new double[] {-11, -9.5}))
                .isEqualTo(1.25);
        assertThat(KtoLoss.divergence(new double[] {-11, -9.5}, new double[] {-10, -8}))
                .isZero();
        assertThat(KtoLoss.divergence(new double[0], new double[0])).isZero();
    }

    @Test
    void refusesWhatIsNotAboveZero() {
        assertThatThrownBy(() -> new KtoLoss(0, 1, 1)).hasMessage("beta must be above 0, but is 0.0");
        assertThatThrownBy(() -> new KtoLoss(0.1, -1, 1)).hasMessage("desirableWeight must be above 0, but is -1.0");
        assertThatThrownBy(() -> new KtoLoss(0.1, 1, 0)).hasMessage("undesirableWeight must be above 0, but is 0.0");
    }
}
