package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import dev.attune.publisher.gate.HeldOutGate.Live;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldOutGateTest {

    private static final String ACCURACY = "eval_rewards/accuracies";
    private static final String CHOSEN = "eval_logps/chosen";
    private static final String KL = "eval_kl";
    private static final Live LIVE = new Live("v000001-0123456789ab", Map.of(ACCURACY, 0.8, CHOSEN, -40.0, KL, 9.0));

    private final HeldOutGate gate = new HeldOutGate(new HeldOutBounds(0.05, 2.0, 3.0));

    @Test
    void whatIsWithinTheBoundsPassesAndIsMeasured() throws RefusedException {
        assertThat(gate.check(figures(0.75, -42, 3), LIVE))
                .containsEntry("gate.heldout.accuracy", 0.75)
                .containsEntry("gate.heldout.accuracy.live", 0.8)
                .containsEntry("gate.heldout.chosen", -42.0)
                .containsEntry("gate.heldout.kl", 3.0);
    }

    @Test
    void eachFigureHasItsReasonAndASentence() {
        assertRefused(
                figures(0.74, -40, 1),
                LIVE,
                RejectReason.ACCURACY_DROPPED,
                "held-out accuracy is 0.740, that of the live v000001-0123456789ab 0.800: a drop of 0.060 (at most 0.050)");
        assertRefused(
                figures(0.8, -42.5, 1),
                LIVE,
                RejectReason.CHOSEN_LESS_LIKELY,
                "is -42.500, that of the live v000001-0123456789ab -40.000: a drop of 2.500 (at most 2.000)");
        assertRefused(
                figures(0.8, -40, 3.001),
                LIVE,
                RejectReason.KL_TOO_HIGH,
                "held-out KL to the anchor is 3.001 nats an answer (at most 3.000)");
    }

    @Test
    void theFirstVersionIsHeldToTheBudgetAlone() throws RefusedException {
        assertThat(gate.check(figures(0.1, -400, 1), null)).containsEntry("gate.heldout.accuracy", 0.1);
        assertRefused(figures(0.9, -4, 4), null, RejectReason.KL_TOO_HIGH, "4.000");
    }

    @Test
    void aMissingFigureIsRefusedWithARemedyWhereItsBoundIsSet() throws RefusedException {
        assertRefused(
                Map.of(CHOSEN, -40.0, KL, 1.0),
                LIVE,
                RejectReason.FIGURE_MISSING,
                "the manifest has no eval_rewards/accuracies: let the trainer hold examples out (heldOut.share), wait until"
                        + " it has some, or remove gates.heldOut.maxAccuracyDrop");
        assertThat(new HeldOutGate(new HeldOutBounds(null, null, null)).check(Map.of(), LIVE))
                .isEmpty();
    }

    /** A live version from before the trainer held anything out would otherwise be the last for ever. */
    @Test
    void aLiveVersionWithoutTheFigureHoldsNothingBack() throws RefusedException {
        assertThat(gate.check(figures(0.1, -400, 1), new Live("v1", Map.of())))
                .containsEntry("gate.heldout.accuracy", 0.1)
                .doesNotContainKey("gate.heldout.accuracy.live");
    }

    @Test
    void onSingleAnswersTheDivergenceFromTheAnchorCounts() throws RefusedException {
        HeldOutGate klAlone = new HeldOutGate(new HeldOutBounds(null, null, 3.0));

        assertThat(klAlone.check(Map.of(KL, 50.0, "eval_kl/anchor", 2.0), null)).containsEntry("gate.heldout.kl", 2.0);
    }

    @Test
    void boundsThatAreNoneAreRefusedByName() {
        assertThatThrownBy(() -> new HeldOutBounds(1.5, null, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("maxAccuracyDrop");
        assertThatThrownBy(() -> new HeldOutBounds(null, null, 0.0)).hasMessageContaining("maxKl");
    }

    private void assertRefused(
            Map<String, Double> evaluation, @Nullable Live live, RejectReason reason, String detail) {
        assertThatThrownBy(() -> gate.check(evaluation, live))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(detail);
                });
    }

    private static Map<String, Double> figures(double accuracy, double chosen, double kl) {
        return Map.of(ACCURACY, accuracy, CHOSEN, chosen, KL, kl);
    }
}
