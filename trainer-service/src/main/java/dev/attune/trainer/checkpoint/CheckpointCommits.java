package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.TopicOffset;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Says on the checkpoints topic that a checkpoint counts. */
public final class CheckpointCommits {
    private final Topic<CheckpointCommitted> topic;
    private final Serializer<CheckpointCommitted> serializer;
    private final TrainerTransactions transactions;

    public CheckpointCommits(
            Topic<CheckpointCommitted> topic,
            Serializer<CheckpointCommitted> serializer,
            TrainerTransactions transactions) {
        this.topic = topic;
        this.serializer = serializer;
        this.transactions = transactions;
    }

    CheckpointCommitted commit(
            CheckpointIdentity identity,
            CheckpointManifest manifest,
            String sha256,
            URI artifact,
            Map<Integer, Long> resumeOffsets,
            SinceParent since) {
        String version = CheckpointVersion.of(manifest.step(), sha256).toString();
        String key = Topics.key(identity.tenant(), identity.modelId(), version);
        CheckpointCommitted event = CheckpointCommitted.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes((key + sha256).getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setTenant(identity.tenant())
                .setModelId(identity.modelId())
                .setOccurredAt(manifest.createdAt())
                .setReceivedAt(manifest.createdAt())
                .setVersion(version)
                .setParent(manifest.parent())
                .setStep(manifest.step())
                .setArtifactDigest(Digests.prefixed(sha256))
                .setArtifactUri(artifact.toString())
                .setBaseRevision(manifest.base().revision())
                .setConfigDigest(manifest.configDigest())
                .setOffsets(offsets(identity.inputTopic(), resumeOffsets))
                .setPairs(since.pairs())
                .setEvaluation(manifest.evaluation())
                .setFirstEvidenceAt(since.firstEvidenceAt())
                .setLastEvidenceAt(since.lastEvidenceAt())
                .build();
        transactions.write(List.of(new ProducerRecord<>(
                topic.name(), key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic.name(), event))));
        return event;
    }

    private static List<TopicOffset> offsets(String topic, Map<Integer, Long> resumeOffsets) {
        return resumeOffsets.entrySet().stream()
                .map(entry -> TopicOffset.newBuilder()
                        .setTopic(topic)
                        .setPartition(entry.getKey())
                        .setNextOffset(entry.getValue())
                        .build())
                .toList();
    }
}
