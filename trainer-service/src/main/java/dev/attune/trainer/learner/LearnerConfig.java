package dev.attune.trainer.learner;

import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.optim.AdamWConfig;

/**
 * Settings of {@link DpoLearner}.
 *
 * @param objective the losses over pairs, with their beta
 * @param optimizer learning rate and the rest of AdamW
 * @param passes how much goes through the model at once
 * @param refresh when the reference follows the policy
 */
public record LearnerConfig(
        PairObjective objective, AdamWConfig optimizer, PassLimits passes, ReferenceRefresh refresh) {

    /** Of a reference that stays. */
    public LearnerConfig(PairObjective objective, AdamWConfig optimizer, PassLimits passes) {
        this(objective, optimizer, passes, ReferenceRefresh.NEVER);
    }

    /** Of usual passes. */
    public LearnerConfig(PairObjective objective, AdamWConfig optimizer) {
        this(objective, optimizer, PassLimits.DEFAULTS);
    }
}
