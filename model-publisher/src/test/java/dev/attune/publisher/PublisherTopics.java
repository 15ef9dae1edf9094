package dev.attune.publisher;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseControl;
import dev.attune.publisher.control.WishRecords;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.release.Candidate;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The trainer's side of the topics, and that of whoever follows releases. */
final class PublisherTopics implements AutoCloseable {

    private static final int PARTITIONS = 3;

    private final Topics topics;
    private final KafkaProducer<String, CheckpointCommitted> producer;
    private final KafkaProducer<String, ReleaseControl> control;
    private final KafkaConsumer<String, ReleaseChanged> consumer;
    private final List<ReleaseChanged> releases = new ArrayList<>();

    PublisherTopics(String bootstrapServers, String registryUrl, String prefix)
            throws ExecutionException, InterruptedException {
        topics = new Topics(prefix);
        AvroSerdes serdes = new AvroSerdes(RegistryClients.create(registryUrl, Map.of()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            TopicAdmin.createMissing(admin, topics, PARTITIONS, (short) 1);
        }
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                        1),
                new StringSerializer(),
                serdes.serializer(CheckpointCommitted.class));
        control = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new StringSerializer(),
                serdes.serializer(ReleaseControl.class));
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        50),
                new StringDeserializer(),
                serdes.deserializer(ReleaseChanged.class));
        consumer.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topics.releases().name(), partition))
                .toList());
    }

    /** Commits a checkpoint, as the trainer does. */
    void announce(Candidate candidate) {
        announce(candidate, FakeCheckpoints.event(candidate));
    }

    /** Commits a checkpoint that a person has to approve. */
    void announceWaiting(Candidate candidate) {
        announce(
                candidate,
                CheckpointCommitted.newBuilder(FakeCheckpoints.event(candidate))
                        .setAwaitsApproval(true)
                        .build());
    }

    /** Says something of a version, as a person does. */
    void say(ReleaseCommand command, Candidate candidate, String by) {
        control(new WishRecords(topics, candidate.tenant(), candidate.modelId())
                .ofVersion(command, candidate.version(), "for a test", by));
    }

    /** Says something of all versions, as a person does. */
    void say(ReleaseCommand command, String by) {
        control(new WishRecords(topics, FakeCheckpoints.TENANT, FakeCheckpoints.MODEL)
                .ofModel(command, "for a test", by));
    }

    private void control(ProducerRecord<String, ReleaseControl> record) {
        try {
            control.send(record).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void announce(Candidate candidate, CheckpointCommitted event) {
        try {
            producer.send(new ProducerRecord<>(topics.checkpoints().name(), candidate.key(), event))
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that was announced of a release so far, in order. */
    List<ReleaseChanged> releases(Candidate candidate) {
        consumer.poll(Duration.ofMillis(50)).forEach(event -> releases.add(event.value()));
        return releases.stream()
                .filter(event -> event.getVersion().equals(candidate.version()))
                .toList();
    }

    @Override
    public void close() {
        producer.close();
        control.close();
        consumer.close();
    }
}
