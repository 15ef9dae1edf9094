package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CheckpointKind;
import dev.attune.events.TopicOffset;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Says on the checkpoints topic that a checkpoint counts, and that it may be published. */
public final class CheckpointCommits {
    private final Topic<CheckpointCommitted> topic;
    private final Serializer<CheckpointCommitted> serializer;
    private final TrainerTransactions transactions;
    private final TrainedExamplesTopic examples;
    private final boolean approvalNeeded;
    /** Checkpoints that nobody has approved, by version. */
    private final Map<String, CheckpointCommitted> waiting = new TreeMap<>();

    /**
     * @param approvalNeeded a checkpoint is announced as not to be published until a person approves it
     * @param before checkpoints that count already
     */
    public CheckpointCommits(
            Topic<CheckpointCommitted> topic,
            Serializer<CheckpointCommitted> serializer,
            TrainerTransactions transactions,
            TrainedExamplesTopic examples,
            boolean approvalNeeded,
            Collection<CheckpointCommitted> before) {
        this.topic = topic;
        this.serializer = serializer;
        this.transactions = transactions;
        this.examples = examples;
        this.approvalNeeded = approvalNeeded;
        before.forEach(this::keepIfWaiting);
    }

    /**
     * Announces that a version may be published, where it still waits for that.
     *
     * @return empty: nothing waits under this name
     */
    public Optional<CheckpointCommitted> approve(String version, String by) {
        CheckpointCommitted before = waiting.get(version);
        if (before == null) {
            return Optional.empty();
        }
        String key = Topics.key(before.getTenant(), before.getModelId(), version);
        CheckpointCommitted approved = CheckpointCommitted.newBuilder(before)
                .setEventId(eventId(key + before.getArtifactDigest() + "approved"))
                .setReceivedAt(Instant.ofEpochMilli(System.currentTimeMillis()))
                .setAwaitsApproval(false)
                .setApprovedBy(by)
                .build();
        transactions.write(Stream.of(record(key, approved)));
        waiting.remove(version);
        return Optional.of(approved);
    }

    /** Versions that nobody has approved. */
    public Set<String> waiting() {
        return Set.copyOf(waiting.keySet());
    }

    private void keepIfWaiting(CheckpointCommitted event) {
        if (event.getAwaitsApproval()) {
            waiting.put(event.getVersion(), event);
        }
    }

    /**
     * What it learned from is said in the same transaction.
     *
     * @param beside records that count if the checkpoint does, and only then
     */
    CheckpointCommitted commit(
            CheckpointIdentity identity,
            CheckpointManifest manifest,
            String sha256,
            URI artifact,
            Map<Integer, Long> resumeOffsets,
            SinceParent since,
            List<ProducerRecord<byte[], byte[]>> beside) {
        String version = CheckpointVersion.of(manifest.step(), sha256).toString();
        String key = Topics.key(identity.tenant(), identity.modelId(), version);
        CheckpointCommitted event = CheckpointCommitted.newBuilder()
                .setEventId(eventId(key + sha256))
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
                .setKind(kind(manifest))
                .setAwaitsApproval(approvalNeeded)
                .build();
        Stream<ProducerRecord<byte[], byte[]>> learned =
                examples.records(identity, version, manifest.createdAt(), since);
        transactions.write(Stream.of(beside.stream(), learned, Stream.of(record(key, event)))
                .flatMap(records -> records));
        keepIfWaiting(event);
        return event;
    }

    private static CheckpointKind kind(CheckpointManifest manifest) {
        return switch (manifest.kind()) {
            case ADAPTER -> CheckpointKind.ADAPTER;
            case MODEL -> CheckpointKind.MODEL;
        };
    }

    private ProducerRecord<byte[], byte[]> record(String key, CheckpointCommitted event) {
        return new ProducerRecord<>(
                topic.name(), key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic.name(), event));
    }

    private static String eventId(String content) {
        return UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
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
