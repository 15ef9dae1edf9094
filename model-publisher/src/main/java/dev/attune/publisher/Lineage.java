package dev.attune.publisher;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All checkpoints that are known, and what was trained between one and the last of its ancestors that users saw. */
final class Lineage {

    private static final Logger LOG = LoggerFactory.getLogger(Lineage.class);

    private final Map<String, Candidate> byVersion = new HashMap<>();

    void add(List<Candidate> candidates) {
        candidates.forEach(candidate -> byVersion.put(candidate.version(), candidate));
    }

    /** Those that may be released. The others count as ancestors only. */
    List<Candidate> releasable() {
        return byVersion.values().stream()
                .filter(candidate -> !candidate.awaitsApproval())
                .toList();
    }

    /**
     * The batches of a checkpoint, and of the ancestors that were skipped on the way to it: their pairs reach users with it.
     *
     * @param checkpoint the candidate's own directory
     */
    List<TrainedBatch> batchesSincePromotion(
            Candidate candidate, CheckpointDirectory checkpoint, ReleaseHistory history) throws IOException {
        List<TrainedBatch> batches = new ArrayList<>(TrainedBatch.readAll(checkpoint.batches()));
        Candidate ancestor = parent(candidate);
        // A malformed chain could be a circle; it cannot be longer than all there is.
        for (int i = 0; i < byVersion.size() && ancestor != null; i++) {
            if (history.wasPromoted(ancestor.version())) {
                break;
            }
            try {
                batches.addAll(TrainedBatch.readAll(
                        ArtifactLocation.parse(ancestor.artifactUri()).batches()));
            } catch (IOException | RefusedException e) {
                LOG.info("freshness is without the pairs of {}: {}", ancestor.version(), e.getMessage());
            }
            ancestor = parent(ancestor);
        }
        return batches;
    }

    private @Nullable Candidate parent(Candidate candidate) {
        return candidate.parent() == null ? null : byVersion.get(candidate.parent());
    }
}
