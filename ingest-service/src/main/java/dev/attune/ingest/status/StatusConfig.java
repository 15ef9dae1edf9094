package dev.attune.ingest.status;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The status application's configuration. */
public record StatusConfig(
        @Setting("How to reach Kafka.") KafkaSettings kafka,

        @Setting("How to reach the Schema Registry.") SchemaRegistrySettings schemaRegistry,

        @Setting("Where health and metrics are served.") AdminSettings admin,

        @Setting(value = "Put before the name of every topic.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        @Setting(
                value = "Names the application to Kafka: consumer group, changelogs and transactions hang on it. Two"
                        + " installations on one cluster need two names.",
                byDefault = "attune-status")
        String applicationId,

        @Setting(
                value =
                        "Names this instance among those of the application, for example the ordinal of its pod. With it"
                                + " a restarted instance takes up its work at once, without it the group first waits"
                                + " for the session timeout.",
                optional = true)
        @Nullable
        String instanceId,

        @Setting("Folder of the state stores. It may be lost (the stores are rebuilt from Kafka), but that takes time.")
        Path stateDir,

        @Setting(value = "Stream threads.", byDefault = "1") int threads,

        @Setting(value = "How many other instances keep a warm copy of each state store.", byDefault = "0")
        int standbyReplicas,

        @Setting(value = "So many MiB outside the heap for the stores of all partitions together.", byDefault = "64")
        int storeMegabytes,

        @Setting(
                value =
                        "A status is forgotten so long after the last thing that became of its event; not before what is kept"
                                + " of the event elsewhere.",
                byDefault = "400d")
        Duration retention) {

    private static final int MOST_THREADS = 256;
    private static final int MOST_STANDBYS = 8;
    private static final int LEAST_STORE_MEGABYTES = 16;
    private static final int MOST_MEGABYTES = 1 << 20;

    public StatusConfig {
        Checks.notBlank("applicationId", applicationId);
        Checks.between("threads", threads, 1, MOST_THREADS);
        Checks.between("standbyReplicas", standbyReplicas, 0, MOST_STANDBYS);
        Checks.between("storeMegabytes", storeMegabytes, LEAST_STORE_MEGABYTES, MOST_MEGABYTES);
        Checks.positive("retention", retention);
        try {
            new Topics(topicPrefix);
        } catch (IllegalArgumentException e) {
            Checks.that(false, "topicPrefix", String.valueOf(e.getMessage()));
        }
    }
}
