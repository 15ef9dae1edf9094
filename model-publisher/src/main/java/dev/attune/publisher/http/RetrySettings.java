package dev.attune.publisher.http;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;

/** How long to go on with a server that is away. */
public record RetrySettings(
        @Setting(value = "Time for one call.", byDefault = "60s")
        Duration callTimeout,

        @Setting(
                value = "Wait after the first failure; it doubles with each further one, plus or minus half.",
                byDefault = "250ms")
        Duration firstWait,

        @Setting(value = "Longest wait between two attempts.", byDefault = "15s")
        Duration longestWait,

        @Setting(value = "Time from the first attempt to the last: then the release is rejected.", byDefault = "5m")
        Duration giveUpAfter) {

    public RetrySettings {
        Checks.positive("callTimeout", callTimeout);
        Checks.positive("firstWait", firstWait);
        Checks.positive("giveUpAfter", giveUpAfter);
        Checks.that(
                longestWait.compareTo(firstWait) >= 0,
                "longestWait",
                "must not be shorter than firstWait, " + firstWait + ", but is " + longestWait);
    }
}
