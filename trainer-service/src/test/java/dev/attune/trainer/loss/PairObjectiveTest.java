package dev.attune.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairObjectiveTest {
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

    private static PreferenceLoss lossOf(LossFunction function, PairLogps pairs) {
        return PairObjective.of(function).of(pairs);
    }

    @Test
    void isTheFormula() {
        // Given rewards 0.1 * (-10 + 11) = 0.1 and 0.1 * (-12 + 11) = -0.1: a margin of 0.2
        PairLogps pair = pair(-10, -12, 1);

        PreferenceLoss loss = lossOf(SIGMOID, pair);

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

        PreferenceLoss loss = lossOf(SIGMOID, pair);

        // 0.75 * ln(1 + exp(-0.2)) + 0.25 * ln(1 + exp(0.2)) = 0.75 * 0.598139 + 0.25 * 0.798139
        assertThat(loss.losses()[0]).isCloseTo(0.648139, within(1e-6));
        // 0.1 * (0.549834 - 0.75)
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-0.0200166, within(1e-7));
    }

    @Test
    void aSoftLabelIsContentAtItsLogit() {
        // sigmoid(h) = 0.75 at h = ln 3: the probability that the model gives is the label's
        double margin = Math.log(3) / BETA;

        PreferenceLoss loss = lossOf(SIGMOID, pair(-11 + margin, -11, 0.75));

        assertThat(loss.policyChosenGradients()[0]).isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.75, 1})
    void beginsAtLn2WhateverTheLabel(double strength) {
        PreferenceLoss loss = lossOf(SIGMOID, pair(-11, -11, strength));

        assertThat(loss.losses()[0]).isCloseTo(Math.log(2), within(1e-12));
        assertThat(loss.correct()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-300, -25, -11, -10.5, -3, 0})
    void gradientsAreTheSlope(double chosen) {
        double step = 1e-5;
        for (double strength : new double[] {0.6, 1}) {
            double up = lossOf(SIGMOID, pair(chosen + step, -12, strength)).totalLoss();
            double down = lossOf(SIGMOID, pair(chosen - step, -12, strength)).totalLoss();

            PreferenceLoss loss = lossOf(SIGMOID, pair(chosen, -12, strength));

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
                PreferenceLoss loss = lossOf(function, pair(chosen, -12, strength));
                double byChosen =
                        (lossOf(function, pair(chosen + step, -12, strength)).totalLoss()
                                        - lossOf(function, pair(chosen - step, -12, strength))
                                                .totalLoss())
                                / (2 * step);
                double byRejected =
                        (lossOf(function, pair(chosen, -12 + step, strength)).totalLoss()
                                        - lossOf(function, pair(chosen, -12 - step, strength))
                                                .totalLoss())
                                / (2 * step);

                assertThat(loss.policyChosenGradients()[0]).isCloseTo(byChosen, within(1e-7));
                assertThat(loss.policyRejectedGradients()[0]).isCloseTo(byRejected, within(1e-7));
            }
        }
    }

    @Test
    void conservativeDpoIsASoftLabel() {
        PreferenceLoss conservative = lossOf(new LossFunction.Sigmoid(BETA, 0.25), pair(-7, -12, 1));
        PreferenceLoss soft = lossOf(SIGMOID, pair(-7, -12, 0.75));

        assertThat(conservative.losses()[0]).isCloseTo(soft.losses()[0], within(1e-12));
        assertThat(conservative.policyChosenGradients()[0]).isCloseTo(soft.policyChosenGradients()[0], within(1e-12));
    }

    @Test
    void theOthersAreTheirFormulas() {
        // A margin of 1 - (-1) = 2 in sums, 1/4 - (-1)/5 = 0.45 in means over 4 and 5 tokens
        PairLogps pair = pair(-10, -12, 1);

        assertThat(lossOf(new LossFunction.Ipo(BETA), pair).losses()[0])
                .isCloseTo((0.45 - 5) * (0.45 - 5), within(1e-12));
        assertThat(lossOf(new LossFunction.Hinge(BETA), pair).losses()[0]).isCloseTo(0.8, within(1e-12));
        // (0.9 * 0.598139 - 0.1 * 0.798139) / 0.8
        assertThat(lossOf(new LossFunction.Robust(BETA, 0.1), pair).losses()[0]).isCloseTo(0.573139, within(1e-6));
        assertThat(lossOf(new LossFunction.LengthNormalisedSigmoid(1), pair).losses()[0])
                .isCloseTo(Math.log1p(Math.exp(-0.45)), within(1e-12));
    }

    @Test
    void staysFiniteFarFromTheLabel() {
        PreferenceLoss loss = lossOf(SIGMOID, pair(-1e6, 0, 1));

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

    @Test
    void isTheWeightedSumOfItsTerms() {
        // A margin of 2 in sums, 0.45 in means, and a chosen answer of 10 nats in 4 tokens
        PairLogps pair = pair(-10, -12, 1);
        PairObjective objective = new LossMix(
                        List.of(LossType.SIGMOID, LossType.IPO, LossType.SFT), List.of(1.0, 0.5, 0.2), 0, 0)
                .objective(BETA);

        PreferenceLoss loss = objective.of(pair);

        assertThat(objective.terms().stream().map(PairObjective.Weighted::name))
                .containsExactly("sigmoid", "ipo", "sft");
        assertThat(loss.terms().get(0).losses()[0]).isCloseTo(0.598139, within(1e-6));
        assertThat(loss.terms().get(1).losses()[0]).isCloseTo(4.55 * 4.55, within(1e-9));
        assertThat(loss.terms().get(2).losses()[0]).isCloseTo(2.5, within(1e-12));
        assertThat(loss.losses()[0]).isCloseTo(0.598139 + 0.5 * 4.55 * 4.55 + 0.2 * 2.5, within(1e-6));
        // 0.1 * (sigmoid(0.2) - 1) + 0.5 * 2 * (0.45 - 5) / 4 - 0.2 / 4
        assertThat(loss.policyChosenGradients()[0]).isCloseTo(-0.0450166 - 1.1375 - 0.05, within(1e-7));
        // -(0.1 * (sigmoid(0.2) - 1)) - 0.5 * 2 * (0.45 - 5) / 5
        assertThat(loss.policyRejectedGradients()[0]).isCloseTo(0.0450166 + 0.91, within(1e-7));
        assertThat(loss.rewardsChosen()[0]).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void theSupervisedTermIsAnAnswersMean() {
        PairLogps pairs = pair(-10, -12, 0.75);

        TermLoss term = new ChosenLikelihood().of(pairs);

        // 10 nats in 4 tokens, whatever the label
        assertThat(term.losses()[0]).isCloseTo(2.5, within(1e-12));
        assertThat(term.policyChosenGradients()[0]).isCloseTo(-0.25, within(1e-12));
        assertThat(term.policyRejectedGradients()[0]).isZero();
    }

    @Test
    void sftWeightIsTheSftLoss() {
        PairLogps pair = pair(-10, -12, 0.75);
        PreferenceLoss named = new LossMix(List.of(LossType.HINGE, LossType.SFT), List.of(1.0, 0.3), 0, 0)
                .objective(BETA)
                .of(pair);
        PreferenceLoss beside = new LossMix(List.of(LossType.HINGE), List.of(), 0, 0.3)
                .objective(BETA)
                .of(pair);

        assertThat(beside.losses()).isEqualTo(named.losses());
        assertThat(beside.policyChosenGradients()).isEqualTo(named.policyChosenGradients());
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        assertThatThrownBy(() -> check(List.of(LossType.IPO, LossType.IPO), List.of(), 0, 0))
                .hasMessage("loss: names a loss twice: IPO, IPO");
        assertThatThrownBy(() -> check(List.of(LossType.IPO, LossType.SFT), List.of(1.0), 0, 0))
                .hasMessage("lossWeights: must have one weight for each of IPO, SFT, but has 1");
        assertThatThrownBy(() -> check(List.of(LossType.IPO), List.of(0.0), 0, 0))
                .hasMessageContaining("lossWeights");
        assertThatThrownBy(() -> check(List.of(LossType.IPO, LossType.SFT), List.of(), 0.1, 0))
                .hasMessage("labelSmoothing: means nothing to the IPO, SFT loss: set it to 0");
        assertThatThrownBy(() -> check(List.of(LossType.SFT), List.of(), 0, 1)).hasMessageContaining("sftWeight");
        assertThatThrownBy(() -> check(List.of(), List.of(), 0, 0)).hasMessageContaining("loss");
    }

    private static void check(List<LossType> types, List<Double> weights, double labelSmoothing, double sftWeight) {
        new LossMix(types, weights, labelSmoothing, sftWeight).requireUsable(name -> name);
    }
}
