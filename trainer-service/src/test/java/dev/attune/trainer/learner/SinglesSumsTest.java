package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.trainer.loss.SingleLogps;
import dev.attune.trainer.loss.SingleLoss;
import org.junit.jupiter.api.Test;

class SinglesSumsTest {
    @Test
    void accuracyIsHowOftenALikedAnswerIsAboveAnotherOne() {
        // Liked 3 and 1, disliked 2 and 1: 3 is above both, 1 is above neither (a tie is not above).
        SinglesSums sums = new SinglesSums(0.5);
        add(sums, new double[] {3, 2}, true, false);
        add(sums, new double[] {1, 1}, true, false);

        SinglesMetrics means = sums.means();

        assertThat(means.rewardsAccuracies()).isEqualTo(0.5);
        assertThat(means.comparisons()).isEqualTo(2);
        assertThat(means.rewardsMargins()).isEqualTo(0.5);
        // Policy -10 and anchor -11 a chunk's first answer.
        assertThat(means.chosenLogRatio()).isCloseTo(1, within(1e-12));
        assertThat(means.kl()).isEqualTo(0.25);
        assertThat(means.loss()).isEqualTo(0.75);
        assertThat(means.tokens()).isEqualTo(14);
        assertThat(means.named())
                .containsEntry("kl", 0.5)
                .containsEntry("kl/anchor", 0.25)
                .containsEntry("count/chosen", 2.0)
                .containsEntry("rewards/chosen", 2.0)
                .containsEntry("logps/rejected", -20.0);
    }

    @Test
    void whatThereIsNoAnswerForIsLeftOut() {
        SinglesSums sums = new SinglesSums(0);
        add(sums, new double[] {3, 2}, false, false);

        SinglesMetrics means = sums.means();

        assertThat(means.chosenLogRatio()).isNaN();
        assertThat(means.named().keySet())
                .containsExactlyInAnyOrder(
                        "loss",
                        "kl",
                        "kl/anchor",
                        "grad_norm",
                        "count/chosen",
                        "count/rejected",
                        "rewards/rejected",
                        "logps/rejected");
        assertThat(means.namedAsEvaluation())
                .containsEntry("eval_count/chosen", 0.0)
                .doesNotContainKey("eval_grad_norm");
    }

    private static void add(SinglesSums sums, double[] rewards, boolean... desirable) {
        SingleLogps logps =
                new SingleLogps(new double[] {-10, -20}, new double[] {-11, -20}, desirable, new double[] {1, 1});
        SingleLoss loss = new SingleLoss(new double[] {0.5, 1}, rewards, new double[2]);
        sums.add(logps, loss, new double[] {-11, -20}, new double[] {0.5, 0}, 7);
    }
}
