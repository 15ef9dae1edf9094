package dev.attune.ingest.gateway.credential;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How callers prove who they are, beside the keys that stand at a tenant. */
public record AccessSettings(
        @Setting(value = "File of API keys, as './attune keys' writes it. Read again when it changes.", optional = true)
        @Nullable
        Path keysFile,

        @Setting(
                value =
                        "How often files of keys and certificates are looked at: a change counts after at most this long.",
                byDefault = "5s")
        Duration reloadInterval) {

    private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
    private static final Duration MOST_INTERVAL = Duration.ofMinutes(10);

    public AccessSettings {
        Checks.between(
                "reloadInterval (ms)", reloadInterval.toMillis(), LEAST_INTERVAL.toMillis(), MOST_INTERVAL.toMillis());
    }

    /** Nothing but the keys of the tenants. */
    public static AccessSettings none() {
        return new AccessSettings(null, Duration.ofSeconds(5));
    }
}
