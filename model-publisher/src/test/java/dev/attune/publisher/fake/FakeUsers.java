package dev.attune.publisher.fake;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.Message;
import dev.attune.events.SealableText;
import dev.attune.events.Thumb;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

/** Users who are answered and say what they think of it, as the gateway would write it down. */
public final class FakeUsers implements AutoCloseable {
    private final Topics topics;
    private final AvroSerdes serdes;
    private final KafkaProducer<String, byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private int number;

    public FakeUsers(String bootstrapServers, String registryUrl, Topics topics) {
        this.topics = topics;
        this.serdes = new AvroSerdes(RegistryClients.create(registryUrl, Map.of()));
        this.producer = new KafkaProducer<>(
                // With several requests on their way, records that come together with their topic can wait for minutes.
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        "5",
                        "max.in.flight.requests.per.connection",
                        "1"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** A new user is answered by a version, and gives a thumb. */
    public void answered(String version, Thumb thumb) {
        String user = "user-" + ++number;
        CompletionServed completion = completion(user, version).build();
        send(completion);
        send(thumb("e-" + user, completion, thumb).build());
    }

    /** Of a hundred users so many like what the version says, of two hundred 140 what the other one says. */
    public void opinions(String version, int content, String other) {
        for (int i = 0; i < 100; i++) {
            answered(version, i * 37 % 100 < content ? Thumb.UP : Thumb.DOWN);
            answered(other, i * 37 % 100 < 70 ? Thumb.UP : Thumb.DOWN);
            answered(other, i * 53 % 100 < 70 ? Thumb.UP : Thumb.DOWN);
        }
        flush();
    }

    /** An answer of a second and 400 characters. */
    public CompletionServed.Builder completion(String user, String version) {
        Instant now = now();
        String turn = "turn-" + user;
        return CompletionServed.newBuilder()
                .setEventId("served-" + user)
                .setTenant(FakeCheckpoints.TENANT)
                .setModelId(FakeCheckpoints.MODEL)
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setTurnId(turn)
                .setCompletionId("c1")
                .setPromptId("prompt")
                .setUserId(user)
                .setModelVersion(version)
                .setMessages(List.of(new Message("user", text("question of " + user))))
                .setText(text("x".repeat(400)))
                .setLatencyMs(1_000L);
    }

    /** A thumb of the user that was answered. */
    public FeedbackGiven.Builder thumb(String eventId, CompletionServed completion, Thumb thumb) {
        return feedback(eventId, completion).setKind(FeedbackKind.THUMB).setThumb(thumb);
    }

    public FeedbackGiven.Builder feedback(String eventId, CompletionServed completion) {
        Instant now = now();
        return FeedbackGiven.newBuilder()
                .setEventId(eventId)
                .setTenant(completion.getTenant())
                .setModelId(completion.getModelId())
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setTurnId(completion.getTurnId())
                .setUserId(String.valueOf(completion.getUserId()))
                .setKind(FeedbackKind.RETRACTION)
                .setCompletionId(completion.getCompletionId());
    }

    public void send(CompletionServed completion) {
        send(topics.completions(), Topics.key(completion.getTenant(), completion.getTurnId()), completion);
    }

    public void send(FeedbackGiven feedback) {
        send(topics.feedback(), Topics.key(feedback.getTenant(), feedback.getTurnId()), feedback);
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        byte[] bytes = serdes.serializer(topic.valueType()).serialize(topic.name(), value);
        sent.add(producer.send(new ProducerRecord<>(topic.name(), key, bytes)));
    }

    /** Waits until all that was sent is there. */
    public void flush() {
        try {
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
            sent.clear();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SealableText text(String value) {
        return new SealableText(value, null, null);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        producer.close();
    }
}
