package dev.attune.publisher.gate;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.Probe;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.artifacts.UnsafePathException;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.AdapterLimits;
import java.io.IOException;
import java.util.Map;

/** The gate before the store: the bytes are those that were announced, and they are an adapter that serving can take. */
public final class CheckpointGate {

    private final BaseModel base;
    private final ArtifactFiles files;
    private final AdapterGate adapterGate;

    public CheckpointGate(BaseModel base, AdapterLimits adapters) {
        this(base, adapters, ArtifactLimits.DEFAULTS);
    }

    public CheckpointGate(BaseModel base, AdapterLimits adapters, ArtifactLimits limits) {
        this.base = base;
        this.files = new ArtifactFiles(limits);
        this.adapterGate = new AdapterGate(base, adapters);
    }

    /**
     * @return what the directory was verified to be
     * @throws RefusedException if it does not pass
     * @throws IOException if a file could not be read: not the content's fault, and worth another attempt
     */
    public Verified check(Candidate candidate, CheckpointDirectory checkpoint) throws RefusedException, IOException {
        try {
            if (!candidate.isNamedByItsContent()) {
                throw new RefusedException(
                        RejectReason.VERSION_MISMATCH,
                        "version '" + candidate.version() + "' does not name digest '" + candidate.artifactDigest()
                                + "'");
            }
            files.check(checkpoint);
            // Not what only the trainer reads: its moments are twice as large as all that is released, and stay where
            // they are.
            Verified verified = checkpoint.verifyReleased();
            checkIdentity(candidate, verified);
            requireAdapter(verified.manifest().kind());
            adapterGate.check(checkpoint);
            // Read here, so that a broken one is found before anything is stored.
            Probe.readAll(checkpoint.probes());
            TrainedBatch.readAll(checkpoint.batches());
            return verified;
        } catch (BrokenArtifactException e) {
            throw new RefusedException(reason(e), String.valueOf(e.getMessage()), Map.of(), e);
        }
    }

    private static RejectReason reason(BrokenArtifactException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsafePathException) {
                return RejectReason.UNSAFE_PATH;
            }
        }
        return RejectReason.ARTIFACT_BROKEN;
    }

    private static void requireAdapter(ArtifactKind kind) throws RefusedException {
        switch (kind) {
            case ADAPTER -> {}
            case MODEL ->
                throw new RefusedException(
                        RejectReason.NOT_AN_ADAPTER, "the manifest is of a whole model, the event of an adapter");
        }
    }

    private void checkIdentity(Candidate candidate, Verified verified) throws RefusedException {
        CheckpointManifest manifest = verified.manifest();
        String announced = Digests.unprefixed(candidate.artifactDigest());
        if (!announced.equals(verified.artifactSha256())) {
            throw new RefusedException(
                    RejectReason.DIGEST_MISMATCH,
                    "manifest.json has SHA-256 " + verified.artifactSha256() + ", the event announced " + announced);
        }
        if (!verified.version().toString().equals(candidate.version())) {
            throw new RefusedException(
                    RejectReason.VERSION_MISMATCH,
                    "step and digest give " + verified.version() + ", the event announced " + candidate.version());
        }
        if (!manifest.modelId().equals(candidate.modelId())) {
            throw new RefusedException(
                    RejectReason.MODEL_MISMATCH,
                    "the manifest is of model '" + manifest.modelId() + "', the event of '" + candidate.modelId()
                            + "'");
        }
        if (!manifest.base().revision().equals(base.revision())) {
            throw new RefusedException(
                    RejectReason.BASE_MISMATCH,
                    "trained on base '" + manifest.base().name() + "' of revision "
                            + manifest.base().revision() + ", served is revision " + base.revision());
        }
    }
}
