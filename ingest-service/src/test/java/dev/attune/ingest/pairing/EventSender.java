package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.Platform;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes events to Kafka as the gateway does. */
final class EventSender implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final Platform platform;
    private final Topics topics;

    EventSender(Platform platform, Topics topics) {
        this.platform = platform;
        this.topics = topics;
        Map<String, Object> settings = Map.of("bootstrap.servers", platform.bootstrapServers(), "acks", "all");
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    void send(CompletionServed served) {
        send(topics.completions(), Topics.key(served.getTenant(), served.getTurnId()), served);
    }

    void send(FeedbackGiven given) {
        send(topics.feedback(), Topics.key(given.getTenant(), given.getTurnId()), given);
    }

    void sendRaw(Topic<?> topic, @Nullable String key, byte[] value) {
        sent.add(producer.send(new ProducerRecord<>(topic.name(), key, value)));
    }

    /** Waits until the broker has acknowledged everything. */
    void flush() throws ExecutionException, InterruptedException {
        producer.flush();
        for (Future<RecordMetadata> record : sent) {
            record.get();
        }
        sent.clear();
    }

    @Override
    public void close() {
        producer.close();
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        byte[] bytes = platform.serdes().serializer(topic.valueType()).serialize(topic.name(), value);
        sent.add(producer.send(new ProducerRecord<>(topic.name(), key, bytes)));
    }
}
