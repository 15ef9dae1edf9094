package dev.attune.publisher.release;

import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CheckpointKind;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as its event announced it. Nothing of it is proven yet.
 *
 * @param tenant the trainer's tenant
 * @param modelId the model family
 * @param version the checkpoint's version
 * @param parent the version that training went on from; null for the base
 * @param artifactDigest {@code sha256:} and 64 hex digits
 * @param artifactUri where the checkpoint directory lies
 * @param committedAt when the trainer took it
 * @param awaitsApproval a person has to approve it before anything is done with it
 * @param kind what it holds
 */
public record Candidate(
        String tenant,
        String modelId,
        String version,
        @Nullable String parent,
        String artifactDigest,
        String artifactUri,
        Instant committedAt,
        boolean awaitsApproval,
        CheckpointKind kind) {

    /** Oldest first. One trainer writes one model, so its clock orders its checkpoints. */
    public static final Comparator<Candidate> BY_AGE =
            Comparator.comparing(Candidate::committedAt).thenComparing(Candidate::version);

    /** An adapter that nobody has to approve. */
    public Candidate(
            String tenant,
            String modelId,
            String version,
            @Nullable String parent,
            String artifactDigest,
            String artifactUri,
            Instant committedAt) {
        this(tenant, modelId, version, parent, artifactDigest, artifactUri, committedAt, false, CheckpointKind.ADAPTER);
    }

    public static Candidate of(CheckpointCommitted event) {
        return new Candidate(
                event.getTenant(),
                event.getModelId(),
                event.getVersion(),
                event.getParent(),
                event.getArtifactDigest(),
                event.getArtifactUri(),
                event.getOccurredAt(),
                event.getAwaitsApproval(),
                event.getKind());
    }

    /** Whether it is what replicas load while they run. */
    public boolean isAdapter() {
        return kind == CheckpointKind.ADAPTER;
    }

    /** The name under which serving answers with it: a new one for every version, for ever. */
    public String servedName() {
        return modelId + "-" + version;
    }

    /** The key of its records. */
    public String key() {
        return Topics.key(tenant, modelId, version);
    }

    /** Whether version and digest are written as they have to be, and belong together. */
    public boolean isNamedByItsContent() {
        try {
            return CheckpointVersion.parse(version).names(Digests.unprefixed(artifactDigest));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
