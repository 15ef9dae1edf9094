package dev.attune.ingest.gateway.log;

import dev.attune.ingest.gateway.event.Event;
import dev.attune.ingest.gateway.telemetry.Telemetry;
import dev.attune.ingest.gateway.telemetry.Trace;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/** One topic, as the gateway writes it. */
public final class EventLog<T extends SpecificRecord> {
    private final Producer<String, byte[]> producer;
    private final String topic;
    private final Serializer<T> serializer;
    private final Telemetry telemetry;
    private final Deadlines deadlines;

    public EventLog(
            Producer<String, byte[]> producer,
            AvroSerdes serdes,
            Topic<T> topic,
            Telemetry telemetry,
            Deadlines deadlines) {
        this.producer = producer;
        this.topic = topic.name();
        this.telemetry = telemetry;
        this.deadlines = deadlines;
        this.serializer = serdes.serializer(topic.valueType());
    }

    /**
     * Sends an event on its way; whether it arrives is told by what this returns, failures included.
     *
     * @param deadline by {@link System#nanoTime()}; after it nothing is sent any more
     */
    public PendingAppend append(Event<T> event, Trace trace, long deadline) {
        return new PendingAppend(topic, event.receipt().eventId(), send(event, trace, deadline));
    }

    private CompletableFuture<Void> send(Event<T> event, Trace trace, long deadline) {
        if (System.nanoTime() > deadline) {
            return CompletableFuture.failedFuture(new TimeoutException());
        }
        byte[] value = serializer.serialize(topic, event.value());
        Telemetry.Sending sending = telemetry.sending(topic, trace, event.value());
        Deadlines.Timed stored = deadlines.until(deadline);
        try {
            // A send itself waits at most max.block.ms, for metadata or for room in the buffer.
            Future<RecordMetadata> _ = producer.send(
                    new ProducerRecord<>(topic, null, null, event.key(), value, sending.headers()), (_, failure) -> {
                        sending.ended(failure);
                        stored.end(failure);
                    });
        } catch (KafkaException | IllegalStateException e) {
            // Illegal only once the producer is closed: the gateway stops.
            sending.ended(e);
            stored.end(e);
        }
        return stored.end();
    }
}
