package dev.attune.publisher.log;

import dev.attune.kit.ConfigException;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.http.StopSignal;
import dev.attune.schemas.Topic;
import dev.attune.schemas.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all partitions of a topic from the beginning, committed records only. No group: whoever reads wants all of it, at
 * every start.
 */
final class TopicReader<V extends SpecificRecord> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private static final Duration CREATION_BOUND = Duration.ofSeconds(3);

    private final String topic;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<V> deserializer;
    private final List<TopicPartition> partitions;

    TopicReader(KafkaSettings kafka, Topic<V> topic, Deserializer<V> deserializer) {
        this.topic = topic.name();
        this.deserializer = deserializer;
        this.consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.partitions = partitions();
        if (partitions.isEmpty()) {
            consumer.close();
            throw new ConfigException("topicPrefix", "the cluster has no topic " + topic.name() + ": create it first");
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** A topic that was created a moment ago is not known to every broker yet. */
    private List<TopicPartition> partitions() {
        StopSignal pause = new StopSignal();
        long deadline = System.nanoTime() + CREATION_BOUND.toNanos();
        while (true) {
            List<TopicPartition> found = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (!found.isEmpty() || System.nanoTime() > deadline) {
                return found;
            }
            pause.pause(POLL);
        }
    }

    /** Everything up to what is the end now. */
    List<V> readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<V> values = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            values.addAll(poll(POLL));
        }
        return values;
    }

    /** What has come; waits at most {@code timeout}. A record that cannot be read is named in the log and left out. */
    List<V> poll(Duration timeout) {
        List<V> values = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> received : consumer.poll(timeout)) {
            // A compacted topic's tombstone has no value.
            if (received.value() != null) {
                try {
                    values.add(deserializer.deserialize(topic, received.value()));
                } catch (UnreadableRecordException e) {
                    LOG.warn(
                            "{}-{} offset {} is left out, {}: {}",
                            topic,
                            received.partition(),
                            received.offset(),
                            e.reason().tag(),
                            e.getMessage());
                }
            }
        }
        return values;
    }

    /** Ends a poll that waits in another thread. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
