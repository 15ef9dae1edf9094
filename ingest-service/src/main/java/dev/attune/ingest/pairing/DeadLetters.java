package dev.attune.ingest.pairing;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.attune.events.DeadLetter;
import dev.attune.ingest.pairing.rules.Refusal;
import dev.attune.ingest.pairing.rules.Vote;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Builds dead letters. Their ids follow from where the record was read: the same record has one dead letter for good. */
final class DeadLetters {
    /** A record without a key: nobody can say whose it is. */
    static final String NULL_KEY = "null_key";
    /** A record without a value, where none is a deletion. */
    static final String NULL_VALUE = "null_value";

    /** A record of more bytes than the configured bound. */
    static final String RECORD_TOO_LARGE = "record_too_large";

    /** Ours have some hundred; whoever writes longer ones must not get them into the dead letters' own keys. */
    private static final int MAX_KEY_BYTES = 4096;

    private final String stage;
    private final int maxValueBytes;

    /** @param maxValueBytes larger values are left out of the dead letter; they are still at their source */
    DeadLetters(String stage, int maxValueBytes) {
        this.stage = stage;
        this.maxValueBytes = maxValueBytes;
    }

    /** A record that could not even be read: its tenant is what its key begins with. */
    DeadLetter unreadable(
            RecordMetadata source,
            String reason,
            String detail,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Instant now) {
        return letter(source.topic(), source.partition(), source.offset(), reason, detail, now)
                .setTenant(tenant(key))
                .setKey(small(key, MAX_KEY_BYTES))
                .setValue(small(value, maxValueBytes))
                .build();
    }

    /** A record that could be read and cannot be used. */
    DeadLetter refused(
            RecordMetadata source, Refusal refusal, String tenant, String modelId, Received<?> received, Instant now) {
        return letter(source.topic(), source.partition(), source.offset(), refusal.tag(), refusal.detail(), now)
                .setTenant(tenant)
                .setModelId(modelId)
                .setSourceEventId(eventId(received.value()))
                .setKey(received.key())
                .setValue(received.bytes().remaining() > maxValueBytes ? null : received.bytes())
                .build();
    }

    /**
     * Feedback whose completion never came.
     *
     * @param resolved whether it came after all, which withdraws the earlier dead letter
     */
    DeadLetter missingCompletion(
            String feedbackTopic, String turnKey, String tenant, Vote vote, boolean resolved, Instant now) {
        Refusal refusal = Refusal.COMPLETION_NEVER_CAME;
        return letter(
                        feedbackTopic,
                        vote.source().partition(),
                        vote.source().offset(),
                        refusal.tag(),
                        resolved ? "the completion came late; the feedback counts" : refusal.detail(),
                        now)
                .setTenant(tenant)
                .setReceivedAt(vote.receivedAt())
                .setSourceEventId(vote.eventId())
                .setKey(ByteBuffer.wrap(turnKey.getBytes(StandardCharsets.UTF_8)))
                .setResolved(resolved)
                .build();
    }

    /** Every record of the catalogue has one. */
    private static String eventId(SpecificRecord record) {
        return String.valueOf(record.get(record.getSchema().getField("eventId").pos()));
    }

    private DeadLetter.Builder letter(
            String topic, int partition, long offset, String reason, String detail, Instant now) {
        String source = topic + "-" + partition + "@" + offset;
        return DeadLetter.newBuilder()
                .setEventId(UuidCreator.getNameBasedSha1("attune dead letter " + source)
                        .toString())
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setSourceTopic(topic)
                .setSourcePartition(partition)
                .setSourceOffset(offset)
                .setStage(stage)
                .setReason(reason)
                .setDetail(detail);
    }

    private static @Nullable ByteBuffer small(byte @Nullable [] bytes, int bound) {
        return bytes == null || bytes.length > bound ? null : ByteBuffer.wrap(bytes);
    }

    private static String tenant(byte @Nullable [] key) {
        if (key == null || key.length > MAX_KEY_BYTES) {
            return "";
        }
        String text = new String(key, StandardCharsets.UTF_8);
        int end = text.indexOf('/');
        return end < 0 ? "" : text.substring(0, end);
    }
}
