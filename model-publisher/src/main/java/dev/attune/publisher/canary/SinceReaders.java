package dev.attune.publisher.canary;

import dev.attune.kit.ConfigException;
import dev.attune.kit.KafkaSettings;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.TopicReader;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Readers of what was written since a time. */
final class SinceReaders {
    private SinceReaders() {}

    /** @throws ConfigException if there is no such topic */
    static <V extends SpecificRecord> TopicReader<V> open(
            KafkaSettings kafka, Topic<V> topic, AvroSerdes serdes, Instant since) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        try {
            return new TopicReader<>(consumer, topic.name(), serdes.deserializer(topic.valueType()), since);
        } catch (UnknownTopicOrPartitionException e) {
            consumer.close();
            throw new ConfigException("topicPrefix", e.getMessage() + ": create it first");
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }
}
