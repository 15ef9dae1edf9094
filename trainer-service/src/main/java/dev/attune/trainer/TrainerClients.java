package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ServiceFailedException;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The trainer's Kafka clients. What correctness rests on is set last, so that no operator's property changes it. */
final class TrainerClients {
    /** One: of several, those that come right after their topic was created can end out of order until they time out. */
    private static final String IN_FLIGHT = ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION;

    private final TrainerConfig config;

    TrainerClients(TrainerConfig config) {
        this.config = config;
    }

    /** Derived from tenant and model, so that the broker lets one trainer of a model commit: the one that started last. */
    String transactionalId() {
        return config.topicPrefix() + "trainer-" + config.owner() + "-" + config.modelId();
    }

    /** Without a group, and of committed records only. */
    Consumer<byte[], byte[]> consumer(String purpose) {
        Map<String, Object> settings =
                config.kafka().client(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, transactionalId() + "-" + purpose));
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The checkpoints of this trainer that count now. */
    CommittedCheckpoints committedCheckpoints(String purpose, Topics topics, AvroSerdes serdes) {
        try (Consumer<byte[], byte[]> consumer = consumer(purpose)) {
            return CommittedCheckpoints.read(
                    consumer,
                    topics.checkpoints().name(),
                    serdes.deserializer(CheckpointCommitted.class),
                    config.owner(),
                    config.modelId());
        }
    }

    Producer<byte[], byte[]> producer() {
        Map<String, Object> settings =
                config.kafka().client(Map.of(ProducerConfig.CLIENT_ID_CONFIG, transactionalId(), IN_FLIGHT, 1));
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId());
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** For a person's commands: it fences nobody. */
    Producer<byte[], byte[]> plainProducer() {
        Map<String, Object> settings = config.kafka().client(Map.of(IN_FLIGHT, 1));
        settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Looks whether the topics are there.
     *
     * @return the cluster's id
     * @throws ConfigException naming the topics that are not there
     * @throws ServiceFailedException if the cluster does not answer
     */
    String requireTopics(Topics topics) throws InterruptedException {
        List<String> needed = new ArrayList<>(List.of(
                config.inputTopic(topics).name(),
                topics.checkpoints().name(),
                topics.trainedExamples().name(),
                topics.trainerControl().name(),
                topics.deadLetters().name()));
        if (config.followsReleases()) {
            needed.add(topics.releases().name());
        }
        try (Admin admin = Admin.create(config.kafka().client(Map.of()))) {
            List<String> missing = TopicAdmin.missing(admin, topics).stream()
                    .filter(needed::contains)
                    .toList();
            if (!missing.isEmpty()) {
                throw new ConfigException(
                        "topicPrefix",
                        "the cluster has no topic " + String.join(", ", missing)
                                + ": create what is missing or correct the prefix");
            }
            return admin.describeCluster().clusterId().get();
        } catch (ExecutionException e) {
            throw new ServiceFailedException(
                    "Kafka at %s cannot be used: %s".formatted(config.kafka().bootstrapServers(), e.getCause()), e);
        }
    }
}
