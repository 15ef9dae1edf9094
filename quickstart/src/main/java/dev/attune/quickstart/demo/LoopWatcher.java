package dev.attune.quickstart.demo;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.events.ReleaseChanged;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Follows the loop's topics from their beginning and keeps {@link LoopState} up to date. */
final class LoopWatcher implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Consumer<ConsumerRecord<byte[], byte[]>>> handlers;
    private final Thread thread;
    private volatile boolean closed;

    private LoopWatcher(String bootstrapServers, Topics topics, AvroSerdes serdes, LoopState state) {
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.handlers = Map.of(
                topics.preferencePairs().name(),
                handler(topics.preferencePairs(), serdes, PreferencePair.class, state::pair),
                topics.deadLetters().name(),
                handler(topics.deadLetters(), serdes, DeadLetter.class, state::deadLetter),
                topics.checkpoints().name(),
                handler(topics.checkpoints(), serdes, CheckpointCommitted.class, state::checkpoint),
                topics.releases().name(),
                handler(topics.releases(), serdes, ReleaseChanged.class, state::release));
        this.thread = Thread.ofPlatform().name("loop-watcher").daemon().unstarted(this::follow);
    }

    static LoopWatcher start(String bootstrapServers, Topics topics, AvroSerdes serdes, LoopState state) {
        LoopWatcher watcher = new LoopWatcher(bootstrapServers, topics, serdes, state);
        watcher.thread.start();
        return watcher;
    }

    private static <T extends SpecificRecord> Consumer<ConsumerRecord<byte[], byte[]>> handler(
            Topic<T> topic, AvroSerdes serdes, Class<T> type, Consumer<T> state) {
        Deserializer<T> deserializer = serdes.deserializer(type);
        return record -> {
            T value = deserializer.deserialize(topic.name(), record.value());
            if (value != null) {
                state.accept(value);
            }
        };
    }

    private void follow() {
        try (consumer) {
            List<TopicPartition> partitions = handlers.keySet().stream()
                    .flatMap(topic -> partitions(topic))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                consumer.poll(POLL).forEach(record -> {
                    Consumer<ConsumerRecord<byte[], byte[]>> handler = handlers.get(record.topic());
                    if (handler != null) {
                        handler.accept(record);
                    }
                });
            }
        } catch (WakeupException e) {
            // close() asked for it.
        }
    }

    private Stream<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition()));
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
