package dev.attune.quickstart.demo;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the demo was asked for.
 *
 * @param untilWinRate ends the demo with success once it is served; null: it runs until it is stopped
 * @param keep where everything stays; null: a temporary folder that is deleted
 */
record DemoOptions(
        boolean headless,
        @Nullable Double untilWinRate,
        int maxVersions,
        Duration maxTime,
        @Nullable Path report,
        int stepsPerVersion,
        int evaluationQuestions,
        int users,
        long seed,
        @Nullable Path keep,
        Ports ports) {

    /** Wished ports; 0 takes any free one. */
    record Ports(int console, int kafka, int registry, int gateway, int serving) {}
}
