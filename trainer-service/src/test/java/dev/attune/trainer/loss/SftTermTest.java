package dev.attune.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SftTermTest {
    private static final int[] TOKENS = {4, 10};

    private static PairLogps pairs(double firstChosen) {
        return new PairLogps(
                new double[] {firstChosen, -20},
                new double[] {-12, -9},
                new double[] {-11, -21},
                new double[] {-11, -9},
                TOKENS,
                new int[] {5, 5},
                new double[] {1, 0.75});
    }

    @Test
    void addsTheMeanNegativeLogLikelihoodOfTheChosenAnswer() {
        PairLogps pairs = pairs(-10);
        PreferenceLoss dpo = PairLoss.of(new LossFunction.Sigmoid(0.1, 0), pairs);

        PreferenceLoss loss = SftTerm.plus(dpo, 2, pairs);

        // 2 * 10 / 4, and 2 * 20 / 10
        assertThat(loss.losses()[0] - dpo.losses()[0]).isCloseTo(5, within(1e-12));
        assertThat(loss.losses()[1] - dpo.losses()[1]).isCloseTo(4, within(1e-12));
        assertThat(loss.policyChosenGradients()[0] - dpo.policyChosenGradients()[0])
                .isCloseTo(-0.5, within(1e-12));
        assertThat(loss.policyRejectedGradients()).isEqualTo(dpo.policyRejectedGradients());
        assertThat(loss.rewardsChosen()).isEqualTo(dpo.rewardsChosen());
    }

    @Test
    void gradientsAreTheSlope() {
        double step = 1e-5;
        double up = total(pairs(-10 + step));
        double down = total(pairs(-10 - step));

        PairLogps pairs = pairs(-10);
        PreferenceLoss loss = SftTerm.plus(PairLoss.of(new LossFunction.Sigmoid(0.1, 0), pairs), 0.7, pairs);

        assertThat(loss.policyChosenGradients()[0]).isCloseTo((up - down) / (2 * step), within(1e-8));
    }

    private static double total(PairLogps pairs) {
        return SftTerm.plus(PairLoss.of(new LossFunction.Sigmoid(0.1, 0), pairs), 0.7, pairs)
                .totalLoss();
    }

    @Test
    void ofNoWeightChangesNothing() {
        PairLogps pairs = pairs(-10);
        PreferenceLoss dpo = PairLoss.of(new LossFunction.Sigmoid(0.1, 0), pairs);

        PreferenceLoss loss = SftTerm.plus(dpo, 0, pairs);

        assertThat(loss.losses()).isEqualTo(dpo.losses());
        assertThat(loss.policyChosenGradients()).isEqualTo(dpo.policyChosenGradients());
    }

    @Test
    void refusesANegativeWeight() {
        PairLogps pairs = pairs(-10);

        assertThatThrownBy(() -> SftTerm.plus(PairLoss.of(new LossFunction.Sigmoid(0.1, 0), pairs), -1, pairs))
                .hasMessageContaining("weight");
    }
}
