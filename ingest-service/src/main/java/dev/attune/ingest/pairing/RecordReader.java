package dev.attune.ingest.pairing;

import dev.attune.events.DeadLetter;
import dev.attune.schemas.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into a record, or into a dead letter that says where they were and what is wrong: reading happens here and
 * not in the source, so that a poison record is data like any other, handled exactly once.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class RecordReader<T extends SpecificRecord> implements Processor<byte[], byte[], Object, Object> {
    private final Deserializer<T> deserializer;
    private final int maxBytes;
    private final String next;
    private final String deadLetterNode;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private ProcessorContext<Object, Object> context;

    /**
     * @param maxBytes larger records are not read: what follows from one must fit into the topics and changelogs after it
     * @param next the node that takes what could be read
     * @param deadLetterNode the node that takes the dead letters
     */
    RecordReader(
            Deserializer<T> deserializer,
            int maxBytes,
            String next,
            String deadLetterNode,
            DeadLetters deadLetters,
            PairingMetrics metrics) {
        this.deserializer = deserializer;
        this.maxBytes = maxBytes;
        this.next = next;
        this.deadLetterNode = deadLetterNode;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        byte @Nullable [] bytes = record.value();
        if (key == null) {
            refuse(record, DeadLetters.NULL_KEY, "the record has no key; the producer must key by tenant and id");
            return;
        }
        if (bytes == null) {
            refuse(record, DeadLetters.NULL_VALUE, "the record has no value; nothing is deleted in this topic");
            return;
        }
        if (key.length + bytes.length > maxBytes) {
            refuse(
                    record,
                    DeadLetters.RECORD_TOO_LARGE,
                    "the record has %d bytes, more than limits.maxRecordBytes allows"
                            .formatted(key.length + bytes.length));
            return;
        }
        T value;
        try {
            value = deserializer.deserialize(source().topic(), bytes);
        } catch (UnreadableRecordException e) {
            refuse(record, e.reason().tag(), String.valueOf(e.getMessage()));
            return;
        }
        context.forward(
                new Record<>(
                        new String(key, StandardCharsets.UTF_8),
                        new Received<>(value, ByteBuffer.wrap(key), ByteBuffer.wrap(bytes)),
                        record.timestamp(),
                        record.headers()),
                next);
    }

    private void refuse(Record<byte[], byte[]> record, String reason, String detail) {
        Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
        DeadLetter letter = deadLetters.unreadable(source(), reason, detail, record.key(), record.value(), now);
        metrics.deadLetter(reason);
        byte @Nullable [] key = letter.getKey() == null ? null : record.key();
        context.forward(new Record<>(key, letter, record.timestamp(), record.headers()), deadLetterNode);
    }

    private RecordMetadata source() {
        return context.recordMetadata().orElseThrow();
    }
}
