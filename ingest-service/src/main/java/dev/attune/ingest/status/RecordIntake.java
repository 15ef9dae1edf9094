package dev.attune.ingest.status;

import dev.attune.events.state.StatusInput;
import dev.attune.ingest.status.StatusInputs.Told;
import dev.attune.schemas.Topics;
import dev.attune.schemas.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the bytes of a topic to what they say of feedback events. What cannot be read is counted, named in the log and left
 * out: whoever the record is meant for makes a dead letter of it, and that comes by here.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
abstract class RecordIntake<T extends SpecificRecord> implements Processor<byte[], byte[], String, StatusInput> {
    private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

    private final Deserializer<T> deserializer;
    private final StatusMetrics metrics;
    private ProcessorContext<String, StatusInput> context;

    RecordIntake(Deserializer<T> deserializer, StatusMetrics metrics) {
        this.deserializer = deserializer;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, StatusInput> context) {
        this.context = context;
    }

    ProcessorContext<String, StatusInput> context() {
        return context;
    }

    /** @param key begins with the tenant, which is the value's own */
    abstract List<Told> told(String key, T value, long timestamp);

    @Override
    public void process(Record<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        byte @Nullable [] bytes = record.value();
        if (key == null || bytes == null) {
            skip(key == null ? "null_key" : "null_value");
            return;
        }
        String topic = context.recordMetadata().orElseThrow().topic();
        T value;
        try {
            value = deserializer.deserialize(topic, bytes);
        } catch (UnreadableRecordException e) {
            skip(e.reason().tag());
            return;
        }
        String keyText = new String(key, StandardCharsets.UTF_8);
        String tenant =
                String.valueOf(value.get(value.getSchema().getField("tenant").pos()));
        if (tenant.isEmpty() || !keyText.startsWith(tenant + "/")) {
            // Nobody says anything of another tenant's events.
            skip("key_mismatch");
            return;
        }
        for (Told told : told(keyText, value, record.timestamp())) {
            metrics.told(told.input().getKind());
            context.forward(
                    record.withKey(Topics.key(tenant, told.feedbackEventId())).withValue(told.input()));
        }
    }

    private void skip(String reason) {
        metrics.skipped(reason);
        context.recordMetadata()
                .ifPresent(at ->
                        LOG.warn("{}-{} offset {} is left out: {}", at.topic(), at.partition(), at.offset(), reason));
    }
}
