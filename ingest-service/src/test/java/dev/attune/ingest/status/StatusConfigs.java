package dev.attune.ingest.status;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configurations of the status application for tests. */
public final class StatusConfigs {
    static final Duration RETENTION = Duration.ofDays(400);

    private StatusConfigs() {}

    /** Without a cluster. */
    static StatusConfig ofDriver(Path stateDir) {
        return of("localhost:1", "http://localhost:1", Topics.DEFAULT_PREFIX, stateDir, null);
    }

    /** On the tests' platform, with a name of its own in the group. */
    public static StatusConfig of(Platform platform, Topics topics, Path stateDir) {
        return of(platform.bootstrapServers(), platform.registryUrl(), topics.prefix(), stateDir, "one");
    }

    private static StatusConfig of(
            String bootstrapServers, String registryUrl, String prefix, Path stateDir, @Nullable String instanceId) {
        return new StatusConfig(
                new KafkaSettings(bootstrapServers, Map.of("fetch.max.wait.ms", "50")),
                new SchemaRegistrySettings(registryUrl, Map.of()),
                new AdminSettings("127.0.0.1", 0),
                prefix,
                prefix + "status",
                instanceId,
                stateDir,
                1,
                0,
                16,
                RETENTION);
    }
}
