package dev.attune.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    private static final String TOPIC = "words";

    @TempDir
    Path folder;

    @Test
    void aKeptFolderSurvivesARestartOnAnotherPort() throws Exception {
        // Given a record written inside a transaction, which needs the broker's internal topics too
        try (EmbeddedKafka kafka = EmbeddedKafka.start(0, folder)) {
            createTopic(kafka);
            write(kafka, "hello");
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(0, folder)) {
            // When more is written after the restart
            write(kafka, "again");

            assertThat(read(kafka, 2)).containsExactly("hello", "again");
        }
    }

    @Test
    void temporaryBrokersStandSideBySideAndCreateNoTopicByThemselves() throws Exception {
        try (EmbeddedKafka one = EmbeddedKafka.start();
                EmbeddedKafka other = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", other.bootstrapServers()))) {
            createTopic(one);

            assertThat(one.bootstrapServers()).isNotEqualTo(other.bootstrapServers());
            assertThatThrownBy(() ->
                            admin.describeTopics(List.of(TOPIC)).allTopicNames().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void aPortInUseIsOneMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(taken.getLocalPort(), folder))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("the Kafka broker");
        }
    }

    @Test
    void aFolderInUseIsOneMessage() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(0, folder)) {
            assertThatThrownBy(() -> EmbeddedKafka.start(0, folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("folder " + folder + " is in use by another Kafka broker");
            assertThat(kafka.port()).isPositive();
        }
    }

    private static void createTopic(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
        }
    }

    private static void write(EmbeddedKafka kafka, String word) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "test");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, word)).get(20, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
    }

    private static List<String> read(EmbeddedKafka kafka, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed");
        List<String> words = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (words.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> words.add(record.value()));
            }
        }
        return words;
    }
}
