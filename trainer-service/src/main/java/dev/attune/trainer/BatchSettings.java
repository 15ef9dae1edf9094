package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;

/** When waiting pairs become a step. */
public record BatchSettings(
        @Setting(value = "Pairs in a step; a step is taken as soon as so many wait.", byDefault = "16")
        int size,

        @Setting(
                value = "A step with fewer pairs is taken once one of them has waited this long in the trainer.",
                byDefault = "30s")
        Duration maxAge,

        @Setting(value = "Pairs that may wait in memory; reading pauses beyond it.", byDefault = "10000")
        int maxPending) {

    public BatchSettings {
        Checks.between("size", size, 1, 4096);
        Checks.positive("maxAge", maxAge);
        Checks.between("maxPending", maxPending, size, 1_000_000);
    }
}
