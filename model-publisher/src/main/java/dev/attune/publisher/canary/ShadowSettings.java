package dev.attune.publisher.canary;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** How live prompts are asked again of a version that answers nobody, and of the stable version. */
public record ShadowSettings(
        @Setting(value = "Prompts asked again, at most, in a minute.", byDefault = "30")
        int promptsPerMinute,

        @Setting(value = "Prompts asked at the same time.", byDefault = "2")
        int concurrency,

        @Setting(value = "Longest answer, in tokens.", byDefault = "256")
        int maxTokens) {

    static final ShadowSettings DEFAULTS = new ShadowSettings(30, 2, 256);

    public ShadowSettings {
        Checks.between("promptsPerMinute", promptsPerMinute, 1, 60_000);
        Checks.between("concurrency", concurrency, 1, 1_000);
        Checks.between("maxTokens", maxTokens, 1, 100_000);
    }
}
