package dev.attune.publisher;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;

/** How releases follow each other. */
public record ReleaseSettings(
        @Setting(
                value =
                        "Shortest time from one promotion to the beginning of the next release; newer checkpoints wait, and"
                                + " the newest of them is taken.",
                byDefault = "0s")
        Duration minInterval,

        @Setting(
                value = "Whether a person has to approve each version once it is verified (`attune releases approve`).",
                byDefault = "false")
        boolean approval,

        @Setting(value = "Promoted versions that stay loaded: the current one and those before it.", byDefault = "2")
        int keepLoaded,

        @Setting(
                value = "How long a version that gets no new requests stays loaded, for those that are under way.",
                byDefault = "30s")
        Duration drain) {

    public ReleaseSettings {
        Checks.that(!minInterval.isNegative(), "minInterval", "must not be negative, but is " + minInterval);
        Checks.atLeast("keepLoaded", keepLoaded, 2);
        Checks.that(!drain.isNegative(), "drain", "must not be negative, but is " + drain);
    }
}
