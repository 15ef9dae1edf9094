package dev.attune.publisher.control;

import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseControl;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes the control records of one model's releases. */
public final class WishRecords {

    private final String topic;
    private final String tenant;
    private final String modelId;

    public WishRecords(Topics topics, String tenant, String modelId) {
        this.topic = topics.releaseControl().name();
        this.tenant = tenant;
        this.modelId = modelId;
    }

    /** @param command PAUSE or RESUME */
    public ProducerRecord<String, ReleaseControl> ofModel(ReleaseCommand command, String detail, String by) {
        return record(Topics.key(tenant, modelId), command, null, detail, by);
    }

    /** @param command one of those about a version */
    public ProducerRecord<String, ReleaseControl> ofVersion(
            ReleaseCommand command, String version, String detail, String by) {
        return record(Topics.key(tenant, modelId, version), command, version, detail, by);
    }

    private ProducerRecord<String, ReleaseControl> record(
            String key, ReleaseCommand command, @Nullable String version, String detail, String by) {
        // The schema keeps milliseconds.
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new ProducerRecord<>(
                topic,
                key,
                ReleaseControl.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setTenant(tenant)
                        .setModelId(modelId)
                        .setOccurredAt(now)
                        .setReceivedAt(now)
                        .setCommand(command)
                        .setVersion(version)
                        .setDetail(detail)
                        .setBy(by)
                        .build());
    }
}
