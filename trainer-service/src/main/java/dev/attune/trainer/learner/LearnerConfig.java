package dev.attune.trainer.learner;

import dev.attune.kit.Checks;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.optim.AdamWConfig;

/**
 * Settings of {@link DpoLearner}.
 *
 * @param loss the loss over pairs, with its beta
 * @param sftWeight weight of the supervised term on chosen answers, see {@link dev.attune.trainer.loss.SftTerm}; 0: none
 * @param optimizer learning rate and the rest of AdamW
 * @param maxTokensPerPass tokens, padding included, that go through the model at once; a larger batch is split and its
 *     gradients added up, which bounds memory and changes nothing but rounding. A single pair may exceed it
 */
public record LearnerConfig(LossFunction loss, double sftWeight, AdamWConfig optimizer, int maxTokensPerPass) {
    public static final int DEFAULT_MAX_TOKENS_PER_PASS = 4096;

    public LearnerConfig {
        Checks.that(sftWeight >= 0 && Double.isFinite(sftWeight), "sftWeight", "must be at least 0");
        Checks.atLeast("maxTokensPerPass", maxTokensPerPass, 1);
    }

    /** Of usual passes. */
    public LearnerConfig(LossFunction loss, double sftWeight, AdamWConfig optimizer) {
        this(loss, sftWeight, optimizer, DEFAULT_MAX_TOKENS_PER_PASS);
    }
}
