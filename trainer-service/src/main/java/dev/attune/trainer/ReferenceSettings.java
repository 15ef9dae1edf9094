package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.trainer.learner.ReferenceRefresh;

/** Whether the reference, which holds the policy, follows it (TR-DPO). */
public record ReferenceSettings(
        @Setting(
                value =
                        "When the reference is refreshed: never, steps, checkpoint, or release: when the publisher has promoted"
                                + " a version, towards that version. The anchor that guards measure the divergence from is"
                                + " the base in any case.",
                byDefault = "never")
        ReferenceRefresh.When refresh,

        @Setting(value = "With refresh: steps, after each so many of them.", byDefault = "512")
        int everySteps,

        @Setting(
                value =
                        "soft: the new reference is alpha * policy + (1 - alpha) * reference. hard: it is the policy. With"
                                + " refresh: release the version that serves stands for the policy.",
                byDefault = "soft")
        ReferenceRefresh.Mode mode,

        @Setting(value = "With mode: soft, the policy's weight, above 0 and below 1.", byDefault = "0.6")
        double alpha) {

    public ReferenceSettings {
        Checks.between("everySteps", everySteps, 1, 10_000_000);
        Checks.that(alpha > 0 && alpha < 1, "alpha", "must be above 0 and below 1, but is " + alpha);
    }

    ReferenceRefresh schedule() {
        return ReferenceRefresh.of(refresh, everySteps, mode, alpha);
    }
}
