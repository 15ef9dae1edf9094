package dev.attune.ingest.export;

import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.schemas.Topics;

/** Where the pairs are. */
public record ExportConfig(
        @Setting("How to reach Kafka.") KafkaSettings kafka,

        @Setting("How to reach the Schema Registry.") SchemaRegistrySettings schemaRegistry,

        @Setting(value = "Put before every topic name.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix) {}
