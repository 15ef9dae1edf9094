package dev.attune.trainer.learner;

import dev.attune.kit.Checks;
import dev.attune.trainer.optim.AdamWConfig;

/**
 * Settings of {@link DpoLearner}.
 *
 * @param beta how strongly the reference holds the policy; above 0, and without a default, because nothing else matters
 *     as much
 * @param sftWeight weight of the supervised term on chosen answers, see {@link dev.attune.trainer.loss.SftTerm}; 0: none
 * @param optimizer learning rate and the rest of AdamW
 * @param maxTokensPerPass tokens, padding included, that go through the model at once; a larger batch is split and its
 *     gradients added up, which bounds memory and changes nothing but rounding. A single pair may exceed it
 */
public record LearnerConfig(double beta, double sftWeight, AdamWConfig optimizer, int maxTokensPerPass) {
    public static final int DEFAULT_MAX_TOKENS_PER_PASS = 4096;

    public LearnerConfig {
        Checks.positive("beta", beta);
        Checks.that(sftWeight >= 0 && Double.isFinite(sftWeight), "sftWeight", "must be at least 0");
        Checks.atLeast("maxTokensPerPass", maxTokensPerPass, 1);
    }

    /** Of usual passes. */
    public LearnerConfig(double beta, double sftWeight, AdamWConfig optimizer) {
        this(beta, sftWeight, optimizer, DEFAULT_MAX_TOKENS_PER_PASS);
    }
}
