package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.SmallLlama;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What replay is for. */
class ReplayAgainstForgettingTest {
    private static final LearnerConfig CONFIG = new LearnerConfig(
            PairObjective.of(new LossFunction.Sigmoid(0.1, 0)), AdamWConfig.DEFAULTS.withLearningRate(1e-2));
    private static final List<TrainingPair> EARLY = SmallLlama.pairs(8, 1);

    /** The same answers to the same prompts, the other one chosen, but for the first token of the prompt. */
    private static final List<TrainingPair> LATE = EARLY.stream()
            .map(pair -> {
                int[] prompt = pair.promptTokens().clone();
                prompt[0] = 1 + prompt[0] % 60;
                int[] chosen = pair.rejectedTokens();
                int[] rejected = pair.chosenTokens();
                return new TrainingPair(pair.pairId(), prompt, chosen, rejected, 1);
            })
            .toList();

    @Test
    void whatWasLearnedFirstIsKeptWhereItIsReplayed() {
        StepMetrics forgotten = earlyAfterLate(List.of());
        StepMetrics kept = earlyAfterLate(EARLY.subList(0, 4));

        // Half of the early pairs, a third of each step, are enough that what they say is not turned round.
        assertThat(forgotten.rewardsMargins()).isNegative();
        assertThat(kept.rewardsMargins()).isPositive();
        assertThat(kept.rewardsAccuracies()).isGreaterThan(2 * forgotten.rewardsAccuracies());
    }

    /** How the early pairs are judged after the late ones were learned. */
    private static StepMetrics earlyAfterLate(List<TrainingPair> replayed) {
        try (CausalLm model = CausalLm.random(SmallLlama.CONFIG, 1);
                LoraAdapter adapter = LoraAdapter.create(SmallLlama.CONFIG, "base", new LoraShape(4, 8), 3);
                DpoLearner learner = new DpoLearner(CONFIG, model, adapter, null)) {
            for (int i = 0; i < 30; i++) {
                learner.train(EARLY);
            }
            assertThat(learner.evaluate(EARLY).rewardsAccuracies()).isEqualTo(1);
            for (int i = 0; i < 30; i++) {
                learner.train(LATE, replayed, any -> true);
            }
            return learner.evaluate(EARLY);
        }
    }
}
