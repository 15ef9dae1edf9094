package dev.attune.quickstart.bench.gateway;

import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Records as the gateway made them: what the others that are measured write as well.
 *
 * @param events their topics without the prefix
 */
record StoredEvents(List<ProducerRecord<String, byte[]>> events) {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Reads what the gateway has written so far, so many of it. */
    static StoredEvents read(BenchPlatform platform, Topics topics, int wanted) {
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(
                            topics.completions().name(), topics.feedback().name())
                    .stream()
                    .flatMap(name -> consumer.partitionsFor(name).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + BOUND.toNanos();
            while (events.size() < wanted) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the gateway has written only " + events.size() + " events");
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    events.add(new ProducerRecord<>(
                            record.topic().substring(topics.prefix().length()), record.key(), record.value()));
                }
            }
        }
        return new StoredEvents(events);
    }

    /** As Kafka takes them, under other names. */
    List<ProducerRecord<String, byte[]>> records(Topics topics) {
        return events.stream()
                .map(event -> new ProducerRecord<>(topics.prefix() + event.topic(), event.key(), event.value()))
                .toList();
    }

    void write(Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(events.size());
            for (ProducerRecord<String, byte[]> event : events) {
                out.writeUTF(event.topic());
                out.writeUTF(event.key());
                out.writeInt(event.value().length);
                out.write(event.value());
            }
        }
    }

    static StoredEvents load(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int count = in.readInt();
            List<ProducerRecord<String, byte[]>> events = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                events.add(new ProducerRecord<>(in.readUTF(), in.readUTF(), in.readNBytes(in.readInt())));
            }
            return new StoredEvents(events);
        }
    }
}
