package dev.attune.trainer.checkpoint;

import dev.attune.events.ExampleTrained;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Says which feedback a version learned from, example by example: the way from an event to the versions that it touched. */
public final class TrainedExamplesTopic {
    private final Topic<ExampleTrained> topic;
    private final Serializer<ExampleTrained> serializer;
    private final boolean singles;

    /** @param singles whether the examples are single answers */
    public TrainedExamplesTopic(Topic<ExampleTrained> topic, Serializer<ExampleTrained> serializer, boolean singles) {
        this.topic = topic;
        this.serializer = serializer;
        this.singles = singles;
    }

    /** The records of a checkpoint, made one by one as they are asked for; of the same checkpoint always the same. */
    Stream<ProducerRecord<byte[], byte[]>> records(
            CheckpointIdentity identity, String version, Instant takenAt, SinceParent since) {
        return since.trained().stream().map(trained -> record(identity, version, takenAt, trained));
    }

    private ProducerRecord<byte[], byte[]> record(
            CheckpointIdentity identity, String version, Instant takenAt, SinceParent.Trained trained) {
        String tenant = trained.key().tenant();
        String key = Topics.key(tenant, trained.key().pairId());
        int sign = trained.direction().sign();
        ExampleTrained event = ExampleTrained.newBuilder()
                .setEventId(eventId(Topics.key(identity.tenant(), identity.modelId(), version, key) + sign))
                .setTenant(tenant)
                .setModelId(identity.modelId())
                .setOccurredAt(takenAt)
                .setReceivedAt(takenAt)
                .setVersion(version)
                .setOwner(identity.tenant())
                .setStep(trained.step())
                .setPairId(trained.key().pairId())
                .setSingle(singles)
                .setDirection(sign)
                .setFeedbackEventIds(trained.feedbackEventIds())
                .build();
        return new ProducerRecord<>(
                topic.name(), key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic.name(), event));
    }

    private static String eventId(String content) {
        return UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
