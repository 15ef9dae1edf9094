package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes events to Kafka as the gateway does. */
final class EventSender implements AutoCloseable {
    /** Tests send what no gateway would. */
    private static final int MAX_REQUEST_BYTES = 16 << 20;

    private final KafkaProducer<String, byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final Topics topics;
    private final Serializer<CompletionServed> completions;
    private final Serializer<FeedbackGiven> feedback;

    EventSender(Platform platform, Topics topics) {
        this(platform, platform.serdes(), topics);
    }

    EventSender(Platform platform, AvroSerdes serdes, Topics topics) {
        this.topics = topics;
        this.completions = serdes.serializer(CompletionServed.class);
        this.feedback = serdes.serializer(FeedbackGiven.class);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                platform.bootstrapServers(),
                "acks",
                "all",
                "max.request.size",
                MAX_REQUEST_BYTES,
                // As the gateway: topics are as fresh here as anywhere.
                "max.in.flight.requests.per.connection",
                1);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    void send(CompletionServed served) {
        String topic = topics.completions().name();
        send(topic, Topics.key(served.getTenant(), served.getTurnId()), completions.serialize(topic, served));
    }

    void send(FeedbackGiven given) {
        String topic = topics.feedback().name();
        send(topic, Topics.key(given.getTenant(), given.getTurnId()), feedback.serialize(topic, given));
    }

    void sendRaw(Topic<?> topic, @Nullable String key, byte @Nullable [] value) {
        send(topic.name(), key, value);
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

    private void send(String topic, @Nullable String key, byte @Nullable [] value) {
        sent.add(producer.send(new ProducerRecord<>(topic, key, value)));
    }
}
