package dev.attune.ingest.topics;

import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.Setting;
import dev.attune.schemas.Topics;

/** Which topics to create, and where. */
public record TopicsConfig(
        @Setting("How to reach Kafka.") KafkaSettings kafka,

        @Setting(value = "Put before every topic name.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        @Setting(
                value = "Partitions of each topic. Pairing needs the same number for all, and it is for good.",
                byDefault = "12")
        int partitions,

        @Setting(value = "Copies of each partition.", byDefault = "3")
        int replicationFactor) {

    private static final int MOST_PARTITIONS = 10_000;

    public TopicsConfig {
        Checks.between("partitions", partitions, 1, MOST_PARTITIONS);
        Checks.between("replicationFactor", replicationFactor, 1, Short.MAX_VALUE);
    }
}
