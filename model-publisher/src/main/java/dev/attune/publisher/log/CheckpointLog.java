package dev.attune.publisher.log;

import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.release.Candidate;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The checkpoints of one model, all that ever were. */
public final class CheckpointLog implements AutoCloseable {

    private final TopicReader<CheckpointCommitted> reader;
    private final Predicate<CheckpointCommitted> ours;

    public CheckpointLog(KafkaSettings kafka, Topics topics, AvroSerdes serdes, String tenant, String modelId) {
        this.reader = new TopicReader<>(kafka, topics.checkpoints(), serdes.deserializer(CheckpointCommitted.class));
        this.ours =
                event -> event.getTenant().equals(tenant) && event.getModelId().equals(modelId);
    }

    /** All that are there now. */
    public List<Candidate> readToEnd() {
        return candidates(reader.readToEnd());
    }

    /** Those that have come since; waits at most {@code timeout}. */
    public List<Candidate> poll(Duration timeout) {
        return candidates(reader.poll(timeout));
    }

    /** Ends a poll that waits in another thread. */
    public void wakeup() {
        reader.wakeup();
    }

    private List<Candidate> candidates(List<CheckpointCommitted> events) {
        return events.stream().filter(ours).map(Candidate::of).toList();
    }

    @Override
    public void close() {
        reader.close();
    }
}
