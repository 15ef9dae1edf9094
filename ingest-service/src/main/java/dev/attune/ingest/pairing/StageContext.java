package dev.attune.ingest.pairing;

import dev.attune.events.DeadLetter;
import dev.attune.ingest.pairing.rules.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;

/** What every stage asks of its context: the time, where the record in hand came from, whose task this is. */
final class StageContext {
    private final InternalProcessorContext<Object, Object> context;
    private final ProcessorNode<?, ?, ?, ?> node;

    /** @param context while its processor is initialised */
    StageContext(ProcessorContext<Object, Object> context) {
        this.context = (InternalProcessorContext<Object, Object>) context;
        this.node = this.context.currentNode();
    }

    /** For what is sent when no record is in hand, as while stores are written: Streams must know who sends. */
    void asNode(Runnable sends) {
        ProcessorNode<?, ?, ?, ?> before = context.currentNode();
        context.setCurrentNode(node);
        try {
            sends.run();
        } finally {
            context.setCurrentNode(before);
        }
    }

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
