package dev.attune.ingest.pairing;

import dev.attune.events.DeadLetter;
import dev.attune.ingest.pairing.rules.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What every stage asks of its context: the time, where the record in hand came from, whose task this is. */
record StageContext(ProcessorContext<Object, Object> context) {
    void forward(Record<Object, Object> record, String node) {
        context.forward(record, node);
    }

    /** For records that no other record caused. */
    long timestamp() {
        return context.currentSystemTimeMs();
    }

    Instant wallClock() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    RecordMetadata source() {
        return context.recordMetadata().orElseThrow();
    }

    String task() {
        return context.taskId().toString();
    }

    /** Never negative: the clocks of products may run ahead of ours. */
    Duration age(Instant evidence) {
        Duration age = Duration.between(evidence, wallClock());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Sends the record in hand to the node for dead letters, as it came. */
    void refuse(
            Record<String, ? extends Received<?>> record,
            DeadLetters deadLetters,
            Refusal reason,
            String tenant,
            String modelId,
            String node) {
        DeadLetter letter = deadLetters.refused(source(), reason, tenant, modelId, record.value(), wallClock());
        forward(new Record<>(record.value().key().array(), letter, record.timestamp(), record.headers()), node);
    }
}
