package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** How a checkpoint can be proved to be what serves. */
public record ProbeSettings(
        @Setting(value = "Recent prompts with answers whose log-probabilities go into a checkpoint.", byDefault = "4")
        int count) {

    public ProbeSettings {
        Checks.between("count", count, 1, 64);
    }
}
