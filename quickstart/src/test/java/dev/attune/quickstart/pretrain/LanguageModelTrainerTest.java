package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LlamaConfig;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanguageModelTrainerTest {
    private static final LlamaConfig SMALL = new LlamaConfig(64, 16, 32, 2, 2, 1, 8, 1e-5, 10_000, null, 32, true);

    private final List<EncodedDialogue> batch = List.of(
            new EncodedDialogue(new TokenSequence(new int[] {1, 10, 11, 2, 20, 21, 22, 3}, 1), 4),
            new EncodedDialogue(new TokenSequence(new int[] {1, 12, 2, 30, 31, 3}, 1), 3));

    @Test
    void learnsABatchByHeart() {
        try (CausalLm model = CausalLm.random(SMALL, 1);
                LanguageModelTrainer trainer = new LanguageModelTrainer(model, PretrainConfig.DEFAULTS)) {
            double first = trainer.step(batch, 1e-2);
            double last = first;
            for (int i = 0; i < 100; i++) {
                last = trainer.step(batch, 1e-2);
            }

            assertThat(first).isCloseTo(Math.log(64), within(0.1)); // random weights know nothing
            assertThat(last).isLessThan(0.1);
        }
    }

    @Test
    void reportsTheLossOfAnswersOnly() {
        try (CausalLm model = CausalLm.random(SMALL, 1)) {
            // Scored are tokens 1 to 7 of the first dialogue, then 1 to 5 of the second; answers begin at 4 and at 3.
            float[] logps = logps(model);
            double expected = 0;
            for (int i : new int[] {3, 4, 5, 6, 9, 10, 11}) {
                expected -= logps[i] / 7;
            }
            try (LanguageModelTrainer trainer = new LanguageModelTrainer(model, PretrainConfig.DEFAULTS)) {
                assertThat(trainer.step(batch, 1e-2)).isCloseTo(expected, within(1e-6));
            }
        }
    }

    private float[] logps(CausalLm model) {
        try (NDManager step = model.newStep()) {
            TokenBatch tokens =
                    TokenBatch.of(batch.stream().map(EncodedDialogue::sequence).toList());
            return model.score(step, tokens, null).tokens().toFloatArray();
        }
    }
}
