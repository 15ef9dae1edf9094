package dev.attune.trainer.learner;

import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.optim.AdamWConfig;

/**
 * Settings of {@link DpoLearner}.
 *
 * @param objective the losses over pairs, with their beta
 * @param optimizer learning rate and the rest of AdamW
 * @param passes how much goes through the model at once
 */
public record LearnerConfig(PairObjective objective, AdamWConfig optimizer, PassLimits passes) {

    /** Of usual passes. */
    public LearnerConfig(PairObjective objective, AdamWConfig optimizer) {
        this(objective, optimizer, PassLimits.DEFAULTS);
    }
}
