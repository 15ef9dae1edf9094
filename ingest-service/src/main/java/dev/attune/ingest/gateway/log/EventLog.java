package dev.attune.ingest.gateway.log;

import dev.attune.ingest.gateway.event.Event;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Serializer;

/** One topic, as the gateway writes it. */
public final class EventLog<T extends SpecificRecord> {
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final Serializer<T> serializer;

    public EventLog(Producer<String, byte[]> producer, AvroSerdes serdes, Topic<T> topic) {
        this.producer = producer;
        this.topic = topic.name();
        this.serializer = serdes.serializer(topic.valueType());
    }

    /**
     * Sends an event on its way; whether it arrives is told by what this returns, failures included.
     *
     * @param deadline by {@link System#nanoTime()}; after it nothing is sent any more
     */
    public PendingAppend append(Event<T> event, Optional<Header> traceparent, long deadline) {
        return new PendingAppend(topic, event.receipt().eventId(), send(event, traceparent, deadline));
    }

    private Future<RecordMetadata> send(Event<T> event, Optional<Header> traceparent, long deadline) {
        if (System.nanoTime() > deadline) {
            return CompletableFuture.failedFuture(new TimeoutException());
        }
        byte[] value = serializer.serialize(topic, event.value());
        List<Header> headers = traceparent.<List<Header>>map(List::of).orElse(List.of());
        try {
            // A send itself waits at most max.block.ms, for metadata or for room in the buffer.
            return producer.send(new ProducerRecord<>(topic, null, null, event.key(), value, headers));
        } catch (KafkaException | IllegalStateException e) {
            // Illegal only once the producer is closed: the gateway stops.
            return CompletableFuture.failedFuture(e);
        }
    }

    public static Optional<Header> traceparent(Optional<String> value) {
        return value.filter(text -> TRACEPARENT.matcher(text).matches())
                .map(text -> new RecordHeader("traceparent", text.getBytes(StandardCharsets.US_ASCII)));
    }
}
