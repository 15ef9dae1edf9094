package dev.attune.trainer.checkpoint;

import dev.attune.events.CheckpointCommitted;
import dev.attune.schemas.TopicReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The checkpoints of one trainer, by tenant and model, that count. */
public final class CommittedCheckpoints {
    private static final Comparator<CheckpointCommitted> BY_AGE =
            Comparator.comparing(CheckpointCommitted::getOccurredAt).thenComparingLong(CheckpointCommitted::getStep);

    private final Map<String, CheckpointCommitted> byVersion = new LinkedHashMap<>();

    public CommittedCheckpoints(Collection<CheckpointCommitted> committed) {
        committed.forEach(one -> byVersion.put(one.getVersion(), one));
    }

    /**
     * Reads the compacted topic to its end.
     *
     * @param consumer reads committed records only, without a group
     * @throws IllegalStateException if the end is not reached, and nothing comes for two minutes
     */
    public static CommittedCheckpoints read(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<CheckpointCommitted> deserializer,
            String tenant,
            String modelId) {
        List<CheckpointCommitted> found = new ArrayList<>();
        new TopicReader<>(consumer, topic, deserializer).readToEnd(event -> {
            if (event.getTenant().equals(tenant) && event.getModelId().equals(modelId)) {
                found.add(event);
            }
        });
        return new CommittedCheckpoints(found);
    }

    /** All that count. */
    public List<CheckpointCommitted> all() {
        return List.copyOf(byVersion.values());
    }

    /**
     * The checkpoint that a person chose to go on from and those before it, newest first.
     *
     * @param version the choice
     * @param newest the newest checkpoint when it was made: with a newer one there the choice is history
     * @return as {@link #lineage()} where the choice is history, or not known here
     */
    public List<CheckpointCommitted> lineage(String version, String newest) {
        List<CheckpointCommitted> lineage = lineage();
        boolean holds = byVersion.containsKey(version)
                && !lineage.isEmpty()
                && lineage.getFirst().getVersion().equals(newest);
        return holds ? lineage(byVersion.get(version)) : lineage;
    }

    /** The newest checkpoint and those before it that it grew from, newest first. */
    public List<CheckpointCommitted> lineage() {
        return lineage(byVersion.values().stream().max(BY_AGE).orElse(null));
    }

    /** Versions of this checkpoint and of those before it that it grew from, newest first; of none without one. */
    public List<String> lineageOf(Optional<CheckpointCommitted> checkpoint) {
        return lineage(checkpoint.orElse(null)).stream()
                .map(CheckpointCommitted::getVersion)
                .toList();
    }

    private List<CheckpointCommitted> lineage(@Nullable CheckpointCommitted newest) {
        List<CheckpointCommitted> lineage = new ArrayList<>();
        CheckpointCommitted next = newest;
        while (next != null && lineage.size() < byVersion.size()) {
            lineage.add(next);
            next = next.getParent() == null ? null : byVersion.get(next.getParent());
        }
        return lineage;
    }

    public Set<String> versions() {
        return Set.copyOf(byVersion.keySet());
    }

    /**
     * When the next checkpoint can be said to be taken: after all others, so that the order of times is the order of
     * commits even where clocks differ.
     */
    public Instant notBefore() {
        return byVersion.values().stream()
                .map(CheckpointCommitted::getOccurredAt)
                .max(Comparator.naturalOrder())
                .map(newest -> newest.plusMillis(1))
                .orElse(Instant.EPOCH);
    }
}
