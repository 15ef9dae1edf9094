package dev.attune.publisher.log;

import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.release.Candidate;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The checkpoints of one model, all that ever were. */
public final class CheckpointLog implements AutoCloseable {

    private final TopicReader<CheckpointCommitted> reader;
    private final Predicate<CheckpointCommitted> ours;

    public CheckpointLog(KafkaSettings kafka, Topics topics, AvroSerdes serdes, String tenant, String modelId) {
        this.reader = TopicReaders.open(kafka, topics.checkpoints(), serdes);
        this.ours =
                event -> event.getTenant().equals(tenant) && event.getModelId().equals(modelId);
    }

    /** All that are there now. */
    public List<Candidate> readToEnd() {
        List<Candidate> found = new ArrayList<>();
        reader.readToEnd(event -> add(event, found));
        return found;
    }

    /** Those that have come since; waits at most {@code timeout}. */
    public List<Candidate> poll(Duration timeout) {
        List<Candidate> found = new ArrayList<>();
        reader.poll(timeout, event -> add(event, found));
        return found;
    }

    /** Ends a poll that waits in another thread. */
    public void wakeup() {
        reader.wakeup();
    }

    private void add(CheckpointCommitted event, List<Candidate> found) {
        if (ours.test(event)) {
            found.add(Candidate.of(event));
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
