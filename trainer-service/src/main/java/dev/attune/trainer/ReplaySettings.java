package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** Pairs that were trained before and are mixed into later steps, against forgetting. */
public record ReplaySettings(
        @Setting(
                value =
                        "Share of a step's pairs that were trained before: 0.2 adds one to every four fresh ones. 0: none, and"
                                + " nothing is kept.",
                byDefault = "0.0")
        double share,

        @Setting(
                value = "Pairs that are kept to be replayed, in memory and in each checkpoint: a uniform sample of all"
                        + " that were trained and still hold.",
                byDefault = "1024")
        int capacity) {

    public ReplaySettings {
        Checks.between("share", share, 0.0, 0.9);
        Checks.between("capacity", capacity, 1, 100_000);
    }
}
