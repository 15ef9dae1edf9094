package dev.attune.trainer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.kit.ConfigException;
import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.guard.StepOutcome.Skipped;
import dev.attune.trainer.learner.SinglesMetrics;
import dev.attune.trainer.learner.StepMetrics;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.learner.TrainingSingle;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardsTest {
    /** A window of two steps; norm 100, step KL 30, budget 3, drop 0.5, ratio 2, accuracy drop 0.1, one skip in a row. */
    private static final GuardSettings SETTINGS = new GuardSettings(2, 100, 30, 3, 0.5, 2, 0.1, 1);

    private static final StepObservation CALM = new StepObservation(1, 0.1, 10.0, 10.0);

    private final Guards guards = new Guards(SETTINGS, GuardState.START);

    @Test
    void whatIsWithinAllBoundsIsApplied() {
        assertThat(judge(CALM)).isInstanceOf(Applied.class);
        assertThat(judge(new StepObservation(5, -0.1, 20.0, 10.0))).isInstanceOf(Applied.class);
    }

    @Test
    void aStepIsSkippedForItself() {
        assertThat(guards.judge(metrics(Double.NaN, 1), CALM))
                .isEqualTo(new Skipped(SkipReason.NOT_FINITE, "its loss is NaN"));
        judge(CALM);
        assertThat(guards.judge(metrics(1, 100.5), CALM))
                .isEqualTo(new Skipped(
                        SkipReason.GRADIENT_NORM, "its gradient norm is 100.5, guards.maxGradientNorm is 100.0"));
        judge(CALM);
        assertThat(judge(new StepObservation(31, 0.0, 10.0, 10.0)))
                .isInstanceOfSatisfying(
                        Skipped.class, skipped -> assertThat(skipped.reason()).isEqualTo(SkipReason.STEP_KL));
    }

    @Test
    void aWindowSaysNothingBeforeItIsFullAndThenByItsMean() {
        // 8 alone is above the budget of 3, but one step is no window; (8 + 1) / 2 = 4.5 is above it.
        assertThat(judge(new StepObservation(8, 0.0, 10.0, 10.0))).isInstanceOf(Applied.class);
        assertThat(judge(CALM))
                .isEqualTo(
                        new Halted(
                                HaltReason.KL_BUDGET,
                                "over 2 steps the KL divergence to the anchor is 4.500 nats an answer, guards.klBudget is 3.000"));
    }

    @Test
    void chosenAnswersThatBecomeUnlikelyHalt() {
        // (0.1 - 1.2) / 2 = -0.55 nats a token
        judge(CALM);
        assertHalted(judge(new StepObservation(1, -1.2, 10.0, 10.0)), HaltReason.CHOSEN_LOGPS);
    }

    @Test
    void lengthThatDriftsEitherWayHalts() {
        judge(CALM);
        // (10 + 40) / (10 + 10) = 2.5
        assertHalted(judge(new StepObservation(1, 0.0, 40.0, 10.0)), HaltReason.LENGTH_DRIFT);

        Guards others = new Guards(SETTINGS, new GuardState(List.of(CALM), 0, null));
        assertHalted(others.judge(metrics(1, 1), new StepObservation(1, 0.0, 10.0, 40.0)), HaltReason.LENGTH_DRIFT);
    }

    @Test
    void skipsOneAfterTheOtherHaltAndAnAppliedStepBetweenThemDoesNot() {
        assertThat(guards.notFinite("x")).isInstanceOf(Skipped.class);
        judge(CALM);
        assertThat(guards.notFinite("x")).isInstanceOf(Skipped.class);
        assertHalted(guards.notFinite("x"), HaltReason.SKIPPED_IN_A_ROW);
    }

    @Test
    void heldOutAccuracyIsComparedWithItsBest() {
        assertThat(guards.judgeHeldOut(evaluation(31, 0.9))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(32, 0.7))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(32, 0.8))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(32, 0.71))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(32, 0.69)).orElseThrow().reason())
                .isEqualTo(HaltReason.HELD_OUT_ACCURACY);
    }

    @Test
    void guardsGoOnFromTheirState() {
        judge(new StepObservation(8, 0.0, 10.0, 10.0));
        guards.notFinite("x");
        guards.judgeHeldOut(evaluation(32, 0.8));

        Guards restored = new Guards(SETTINGS, guards.state());

        assertThat(restored.state()).isEqualTo(guards.state());
        assertHalted(restored.judge(metrics(1, 1), CALM), HaltReason.KL_BUDGET);
    }

    @Test
    void aBoundOfZeroIsNoneAndNumbersThatAreNoneAreSkippedAllTheSame() {
        Guards off = new Guards(new GuardSettings(1, 0, 0, 0, 0, 0, 0, 1), GuardState.START);

        assertThat(off.judge(metrics(1, 1e20), new StepObservation(1e9, -1e9, 1.0, 1000.0)))
                .isInstanceOf(Applied.class);
        assertThat(off.judge(metrics(Double.POSITIVE_INFINITY, 1), CALM)).isInstanceOf(Skipped.class);
    }

    @Test
    void anObservationIsInNatsAToken() {
        // -6 nats an answer; 3 and 1 tokens are 2 on average: -3 nats a token. What the reference says is not asked.
        StepMetrics metrics = new StepMetrics(2, 1, 0.6, 0, 0, 0, 0, 0, -6, 4, 1, 0, 0, Map.of(), null);
        List<TrainingPair> pairs = List.of(pair(3, 5), pair(1, 1));

        assertThat(StepObservation.of(metrics, pairs).chosenLogRatio()).isCloseTo(-3, within(1e-12));
        assertThat(StepObservation.of(metrics, pairs).rejectedTokens()).isEqualTo(3);
    }

    @Test
    void aStepOnSingleAnswersHasNoFigureOfWhatItHasNone() {
        // Two liked answers of 3 and 1 tokens and -6 nats each; then one of 40 tokens that is not liked
        StepObservation liked = StepObservation.of(singles(2, 0, -6), List.of(single(3, true), single(1, true)));
        StepObservation disliked = StepObservation.of(singles(0, 1, Double.NaN), List.of(single(40, false)));

        assertThat(liked).isEqualTo(new StepObservation(4, -3.0, 2.0, null));
        assertThat(disliked).isEqualTo(new StepObservation(4, null, null, 40.0));

        // The window's means are over the steps that have the figure: the drop is 3, and the lengths 2 to 40.
        Guards drop = new Guards(new GuardSettings(2, 0, 0, 0, 2.9, 0, 0, 1), GuardState.START);
        drop.judge(singles(2, 0, -6), liked);
        assertHalted(drop.judge(singles(0, 1, Double.NaN), disliked), HaltReason.CHOSEN_LOGPS);
        Guards length = new Guards(new GuardSettings(2, 0, 0, 0, 0, 19, 0, 1), GuardState.START);
        length.judge(singles(2, 0, -6), liked);
        assertHalted(length.judge(singles(0, 1, Double.NaN), disliked), HaltReason.LENGTH_DRIFT);
        Guards silent = new Guards(new GuardSettings(1, 0, 0, 0, 0.1, 2, 0, 1), GuardState.START);
        assertThat(silent.judge(singles(0, 1, Double.NaN), disliked)).isInstanceOf(Applied.class);
    }

    @Test
    void heldOutAnswersAreJudgedFromEnoughOfBothKinds() {
        assertThat(guards.judgeHeldOut(evaluation(100, 31, 0.9))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(100, 32, 0.8))).isEmpty();
        assertThat(guards.judgeHeldOut(evaluation(31, 100, 0.5))).isEmpty();
        assertHalted(guards.judgeHeldOut(evaluation(32, 100, 0.69)).orElseThrow(), HaltReason.HELD_OUT_ACCURACY);
    }

    private static SinglesMetrics singles(int liked, int disliked, double likedLogRatio) {
        return new SinglesMetrics(
                new SinglesMetrics.Side(liked, 0, 0, likedLogRatio),
                new SinglesMetrics.Side(disliked, 0, 0, 0),
                1,
                0,
                0,
                4,
                1,
                0,
                0,
                null);
    }

    private static SinglesMetrics evaluation(int liked, int disliked, double accuracy) {
        SinglesMetrics.Side up = new SinglesMetrics.Side(liked, 0, 0, 0);
        SinglesMetrics.Side down = new SinglesMetrics.Side(disliked, 0, 0, 0);
        return new SinglesMetrics(up, down, 1, accuracy, 0, 0, 0, 0, 0, null);
    }

    private static TrainingSingle single(int tokens, boolean liked) {
        return new TrainingSingle("c", new int[1], new int[tokens], liked, 1);
    }

    @Test
    void aBoundThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> new GuardSettings(2, 100, 30, 3, 0.5, 0.9, 0.1, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("maxLengthRatio");
    }

    private StepOutcome judge(StepObservation step) {
        return guards.judge(metrics(1, 1), step);
    }

    private static void assertHalted(StepOutcome outcome, HaltReason reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Halted.class, halted -> assertThat(halted.reason()).isEqualTo(reason));
    }

    private static TrainingPair pair(int chosenTokens, int rejectedTokens) {
        return new TrainingPair("p", new int[1], new int[chosenTokens], new int[rejectedTokens], 1);
    }

    private static StepMetrics metrics(double loss, double gradNorm) {
        return new StepMetrics(4, loss, 0, 0, 0, 0, 0, 0, 0, 0, gradNorm, 0, 0, Map.of(), null);
    }

    private static StepMetrics evaluation(int pairs, double accuracy) {
        return new StepMetrics(pairs, 1, 0, 0, 0, accuracy, 0, 0, 0, 0, 0, 0, 0, Map.of(), null);
    }
}
