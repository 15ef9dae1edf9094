package dev.attune.trainer.guard;

import java.util.Locale;

/** Which guard skipped a step; also the metric's tag, and the reason of its pairs' dead letters. */
public enum SkipReason {
    /** The loss or the gradient is not a number. */
    NOT_FINITE,
    /** The gradient is larger than any that can be right. */
    GRADIENT_NORM,
    /** On its pairs the policy is too far from the frozen anchor. */
    STEP_KL;

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
