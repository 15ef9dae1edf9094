package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** Pairs that are never trained, to be evaluated at every checkpoint. */
public record HeldOutSettings(
        @Setting(
                value =
                        "Share of prompts that are held out, by a hash of tenant and promptId. 0: none. Raised later, it takes in"
                                + " prompts that were trained before.",
                byDefault = "0.05")
        double share,

        @Setting(
                value =
                        "Pairs that are kept of them, in memory and in each checkpoint; an evaluation costs about as much as a"
                                + " third of the steps that would train them.",
                byDefault = "128")
        int maxPairs) {

    public HeldOutSettings {
        Checks.between("share", share, 0.0, 0.5);
        Checks.between("maxPairs", maxPairs, 1, 10_000);
    }
}
