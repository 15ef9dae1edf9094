package dev.attune.trainer.batch;

import dev.attune.events.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the events that set records aside. */
public final class DeadLetters {
    /** Larger values are left out: a producer refuses a request beyond one MiB. */
    static final int MAX_VALUE_BYTES = 256 << 10;

    private static final String STAGE = "trainer";
    private static final int MAX_KEY_BYTES = 8 << 10;

    private final String modelId;

    public DeadLetters(String modelId) {
        this.modelId = modelId;
    }

    /**
     * A record that is set aside. Its event id depends on where the record lies and on the reason only: where a restart
     * makes it a second time, it counts once.
     *
     * @param detail a sentence without the user's words
     */
    public DeadLetter of(SourceRecord source, DeadLetterReason reason, String detail, Instant now) {
        String place = "%s/%d/%d/%s".formatted(source.topic(), source.partition(), source.offset(), reason.tag());
        return DeadLetter.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setTenant(tenant(source.key()))
                .setModelId(modelId)
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setSourceTopic(source.topic())
                .setSourcePartition(source.partition())
                .setSourceOffset(source.offset())
                .setStage(STAGE)
                .setReason(reason.tag())
                .setDetail(detail)
                .setKey(upTo(MAX_KEY_BYTES, source.key()))
                .setValue(upTo(MAX_VALUE_BYTES, source.value()))
                .build();
    }

    /** Every key begins with the tenant; the value may be unreadable. */
    private static String tenant(byte @Nullable [] key) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return text.contains("/") ? text.substring(0, text.indexOf('/')) : "";
    }

    private static @Nullable ByteBuffer upTo(int limit, byte @Nullable [] bytes) {
        return bytes == null || bytes.length > limit ? null : ByteBuffer.wrap(bytes);
    }
}
