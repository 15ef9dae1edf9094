package dev.attune.ingest.gateway.log;

import dev.attune.ingest.gateway.event.Event;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topic, as the gateway writes it: an append returns when all in-sync replicas have the record. */
public final class EventLog<T extends SpecificRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final Serializer<T> serializer;
    private final Duration timeout;

    public EventLog(Producer<String, byte[]> producer, AvroSerdes serdes, Topic<T> topic, Duration timeout) {
        this.producer = producer;
        this.topic = topic.name();
        this.serializer = serdes.serializer(topic.valueType());
        this.timeout = timeout;
    }

    /**
     * Writes an event and waits.
     *
     * @throws Rejected when it was not acknowledged in time; it may be stored all the same, so readers drop second copies by id
     */
    public void append(Event<T> event, Optional<Header> traceparent) {
        byte[] value = serializer.serialize(topic, event.value());
        List<Header> headers = traceparent.<List<Header>>map(List::of).orElse(List.of());
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            // A send itself waits at most max.block.ms, for metadata or for room in the buffer.
            Future<RecordMetadata> stored =
                    producer.send(new ProducerRecord<>(topic, null, null, event.key(), value, headers));
            stored.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw refusal(event, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException | TimeoutException e) {
            throw refusal(event, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal(event, e);
        }
    }

    private Rejected refusal(Event<T> event, Throwable cause) {
        if (cause instanceof RecordTooLargeException) {
            return new Rejected(
                    Reason.BODY_TOO_LARGE, "the event is larger than a Kafka record may be: send less text");
        }
        LOG.warn(
                "{}: an event was not acknowledged: {}", topic, cause.getClass().getSimpleName());
        return Rejected.unacknowledged(
                event.receipt().eventId(),
                "Kafka did not acknowledge the event in time: send it again with this eventId, so that it counts once",
                cause);
    }

    public static Optional<Header> traceparent(Optional<String> value) {
        return value.filter(text -> text.matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"))
                .map(text -> new RecordHeader("traceparent", text.getBytes(StandardCharsets.US_ASCII)));
    }
}
