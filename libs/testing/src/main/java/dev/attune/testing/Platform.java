package dev.attune.testing;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.RegistryProcess;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A real broker and a real registry for a module's tests: see {@link PlatformExtension}. */
public final class Platform implements AutoCloseable {
    private static final Duration READ_BOUND = Duration.ofSeconds(30);

    private final EmbeddedKafka kafka = EmbeddedKafka.start();
    private final RegistryProcess registry = RegistryProcess.start();
    private final AvroSerdes serdes = new AvroSerdes(RegistryClients.create(registry.url(), Map.of()));

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public String registryUrl() {
        return registry.url();
    }

    public AvroSerdes serdes() {
        return serdes;
    }

    /** Fresh topics under a prefix that no other test has. */
    public Topics createTopics(int partitions) throws ExecutionException, InterruptedException {
        Topics topics = new Topics("test-" + UUID.randomUUID() + ".");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            TopicAdmin.createMissing(admin, topics, partitions, (short) 1);
        }
        return topics;
    }

    /** All records that a topic has now, of each partition in order. */
    public <T extends SpecificRecord> List<ConsumerRecord<String, T>> readAll(Topic<T> topic) {
        // A consumer waits for its last fetch when it closes: a short one keeps tests quick.
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrapServers(), "isolation.level", "read_committed", "fetch.max.wait.ms", 50);
        try (KafkaConsumer<String, T> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), serdes.deserializer(topic.valueType()))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, T>> records = new ArrayList<>();
            long deadline = System.nanoTime() + READ_BOUND.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(topic.name() + " could not be read to its end in " + READ_BOUND);
                }
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() {
        registry.close();
        kafka.close();
    }
}
