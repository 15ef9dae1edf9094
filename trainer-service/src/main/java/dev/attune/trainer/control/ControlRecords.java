package dev.attune.trainer.control;

import dev.attune.events.TrainerCommand;
import dev.attune.events.TrainerControl;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Makes the control records of one trainer. */
public final class ControlRecords {
    private final Topic<TrainerControl> topic;
    private final Serializer<TrainerControl> serializer;
    private final String tenant;
    private final String modelId;

    public ControlRecords(
            Topic<TrainerControl> topic, Serializer<TrainerControl> serializer, String tenant, String modelId) {
        this.topic = topic;
        this.serializer = serializer;
        this.tenant = tenant;
        this.modelId = modelId;
    }

    public ProducerRecord<byte[], byte[]> halt(Halt halt) {
        return record(
                stateKey(),
                of(TrainerCommand.HALT, halt.by(), halt.since())
                        .setReason(halt.reason())
                        .setDetail(halt.detail())
                        .build());
    }

    /** @param from null: the newest checkpoint */
    public ProducerRecord<byte[], byte[]> run(ControlState.@Nullable GoOnFrom from, String by) {
        return record(
                stateKey(),
                of(TrainerCommand.RUN, by, now())
                        .setVersion(from == null ? null : from.version())
                        .setNewestVersion(from == null ? null : from.newest())
                        .build());
    }

    public ProducerRecord<byte[], byte[]> approve(String version, String by) {
        return record(
                Topics.key(tenant, modelId, version),
                of(TrainerCommand.APPROVE, by, now()).setVersion(version).build());
    }

    /** True where the key is one of this trainer's. */
    boolean isOurs(TrainerControl control) {
        return control.getTenant().equals(tenant) && control.getModelId().equals(modelId);
    }

    private String stateKey() {
        return Topics.key(tenant, modelId);
    }

    private TrainerControl.Builder of(TrainerCommand command, String by, Instant at) {
        return TrainerControl.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setTenant(tenant)
                .setModelId(modelId)
                .setOccurredAt(at)
                .setReceivedAt(at)
                .setCommand(command)
                .setBy(by);
    }

    private ProducerRecord<byte[], byte[]> record(String key, TrainerControl control) {
        return new ProducerRecord<>(
                topic.name(), key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic.name(), control));
    }

    /** The schema keeps milliseconds. */
    static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }
}
