package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.schemas.UnreadableRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final Deserializer<String> TEXT = (topic, bytes) -> {
        String text = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
        if ("bad".equals(text)) {
            throw new UnreadableRecordException(Reason.MALFORMED_AVRO, "it is bad", null);
        }
        return text;
    };

    @Test
    void everythingIsReadAndThenWhatComesAndABadRecordIsLeftOut() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            // Given records that can be used in two partitions, and between them three that cannot
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                admin.createTopics(List.of(
                                new NewTopic("words", 2, (short) 1),
                                new NewTopic("times", 2, (short) 1).configs(Map.of("retention.ms", "-1"))))
                        .all()
                        .get();
            }
            send(producer, 0, "one");
            send(producer, 0, "bad");
            send(producer, 0, null);
            send(producer, 0, "refused");
            send(producer, 0, "two");
            send(producer, 1, "three");
            List<String> found = new ArrayList<>();

            try (TopicReader<String> reader = new TopicReader<>(consumer(kafka), "words", TEXT)) {
                reader.readToEnd(word -> take(word, found));
                assertThat(found)
                        .containsExactlyInAnyOrder("one", "two", "three")
                        .containsSubsequence("one", "two");

                send(producer, 1, "four");
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> reader.poll(Duration.ofMillis(100), word -> take(word, found)) == 1);
                assertThat(found).hasSize(4).endsWith("four");
            }

            // And whoever asks for what came since a time, gets that and no more
            producer.send(new ProducerRecord<>("times", 0, 1_000L, null, bytes("before")))
                    .get();
            producer.send(new ProducerRecord<>("times", 0, 2_000L, null, bytes("since")))
                    .get();
            producer.send(new ProducerRecord<>("times", 1, 1_999L, null, bytes("before")))
                    .get();
            List<String> newer = new ArrayList<>();
            try (TopicReader<String> reader =
                    new TopicReader<>(consumer(kafka), "times", TEXT, Instant.ofEpochMilli(2_000))) {
                assertThat(reader.isAtEnd()).isFalse();
                producer.send(new ProducerRecord<>("times", 1, 2_001L, null, bytes("later")))
                        .get();
                reader.readToEnd(newer::add);
                assertThat(newer).containsExactlyInAnyOrder("since", "later");
                assertThat(reader.isAtEnd()).isTrue();
            }

            try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
                assertThatThrownBy(() -> new TopicReader<>(consumer, "nothing", TEXT))
                        .isInstanceOf(UnknownTopicOrPartitionException.class)
                        .hasMessage("the cluster has no topic nothing");
            }
        }
    }

    private static void take(String word, List<String> found) {
        if (word.equals("refused")) {
            throw new IllegalArgumentException("nobody wants it");
        }
        found.add(word);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, @Nullable String word)
            throws Exception {
        byte[] value = word == null ? null : bytes(word);
        producer.send(new ProducerRecord<>("words", partition, null, value)).get();
    }

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedKafka kafka) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "allow.auto.create.topics", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
