package dev.attune.ingest.gateway;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;

/** How much of everything the gateway takes, so that no client can take more than its part. */
public record LimitSettings(
        @Setting(value = "Largest number of events in a batch.", byDefault = "1000")
        int maxBatchItems,

        @Setting(value = "Most characters of one text: a message, an answer, an edit.", byDefault = "262144")
        int maxTextCharacters,

        @Setting(
                value = "Requests with events that may be under way at once; more are answered 503.",
                byDefault = "2048")
        int maxConcurrentRequests,

        @Setting(value = "Connections that may be open at once; more are answered 503 and closed.", byDefault = "16384")
        int maxConnections,

        @Setting(
                value = "How long a request may take to arrive, from its first byte to its last, from 100ms to 10m.",
                byDefault = "15s")
        Duration requestReadTimeout,

        @Setting(value = "How long a connection may stay open without a request, from 100ms to 1h.", byDefault = "75s")
        Duration idleTimeout) {

    /** What the gateway has without a word in its configuration. */
    public static final LimitSettings DEFAULTS =
            new LimitSettings(1000, 262_144, 2048, 16_384, Duration.ofSeconds(15), Duration.ofSeconds(75));

    public LimitSettings {
        Checks.between("maxBatchItems", maxBatchItems, 1, 10_000);
        Checks.between("maxTextCharacters", maxTextCharacters, 1, 16 << 20);
        Checks.between("maxConcurrentRequests", maxConcurrentRequests, 1, 100_000);
        Checks.between("maxConnections", maxConnections, 1, 1_000_000);
        Checks.between("requestReadTimeout (ms)", requestReadTimeout.toMillis(), 100, 600_000);
        Checks.between("idleTimeout (ms)", idleTimeout.toMillis(), 100, 3_600_000);
    }
}
