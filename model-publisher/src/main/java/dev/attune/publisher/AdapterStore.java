package dev.attune.publisher;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.Probe;
import dev.attune.publisher.gate.CheckpointGate;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.merge.MergeException;
import dev.attune.publisher.merge.MergedModels;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.ServedAdapter;
import dev.attune.publisher.sign.ReleaseSigning;
import dev.attune.publisher.sign.WrongSignatureException;
import dev.attune.publisher.store.ArtifactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the trainer's directory, through the gate, into the store, and from there to what replicas load. */
final class AdapterStore {

    private static final Logger LOG = LoggerFactory.getLogger(AdapterStore.class);

    private final CheckpointGate gate;
    private final ArtifactStore store;
    private final @Nullable ReleaseSigning signing;
    private final Retrier retrier;
    private final Path storeRoot;
    private final String servedRoot;
    private final @Nullable MergedModels merged;
    private @Nullable Verified newest;

    /**
     * @param signing null where nothing is signed
     * @param storeRoot the folder that the store gives artifacts out in
     * @param servedRoot that folder as the replicas see it; null where they see the same path
     * @param merged writes what replicas without LoRA load; null where they load adapters
     */
    AdapterStore(
            CheckpointGate gate,
            ArtifactStore store,
            @Nullable ReleaseSigning signing,
            Retrier retrier,
            Path storeRoot,
            @Nullable String servedRoot,
            @Nullable MergedModels merged) {
        this.gate = gate;
        this.store = store;
        this.signing = signing;
        this.retrier = retrier;
        this.storeRoot = storeRoot.toAbsolutePath().normalize();
        this.merged = merged;
        this.servedRoot = servedRoot == null ? this.storeRoot.toString() : servedRoot;
    }

    /** @throws RefusedException if it does not pass, or cannot be read for too long */
    Verified validate(Candidate candidate) throws RefusedException {
        CheckpointDirectory source = ArtifactLocation.parse(candidate.artifactUri());
        try {
            Verified verified = retrier.call(() -> readable(candidate, source));
            newest = verified;
            return verified;
        } catch (CallException e) {
            throw new RefusedException(RejectReason.ARTIFACT_UNREACHABLE, String.valueOf(e.getMessage()), Map.of(), e);
        }
    }

    /** A directory that is not there yet, and a file that cannot be read, may be so for a moment on a shared volume. */
    private Verified readable(Candidate candidate, CheckpointDirectory source) throws CallException, RefusedException {
        try {
            if (!Files.isDirectory(source.root())) {
                throw new CallException(Fault.UNAVAILABLE, "no directory " + source.root());
            }
            return gate.check(candidate, source);
        } catch (IOException e) {
            throw new CallException(Fault.UNAVAILABLE, "cannot read " + source.root() + ": " + e, e);
        }
    }

    /**
     * Stores what passed the gate; what was validated before a restart is validated again.
     *
     * @throws UncheckedIOException if the store fails, which is no fault of the candidate
     */
    void store(Candidate candidate) throws RefusedException {
        Verified before = newest;
        Verified verified = before != null && before.version().toString().equals(candidate.version())
                ? before
                : validate(candidate);
        try {
            store.put(ArtifactLocation.parse(candidate.artifactUri()), verified);
        } catch (BrokenArtifactException e) {
            throw new RefusedException(RejectReason.ARTIFACT_BROKEN, String.valueOf(e.getMessage()), Map.of(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store " + candidate.version(), e);
        }
    }

    /**
     * Writes full weights of a stored version, where that is what replicas load.
     *
     * @param kept versions whose weights are still of use, beside this one's: all others are removed first, for their room
     * @throws UncheckedIOException if they cannot be written, which is no fault of the candidate
     */
    void merge(Candidate candidate, List<Candidate> kept) throws RefusedException {
        if (merged == null) {
            return;
        }
        Set<String> names = new HashSet<>();
        kept.forEach(version -> names.add(version.servedName()));
        names.add(candidate.servedName());
        try {
            merged.retain(names);
            // Not signed yet; nothing is loaded before it is.
            merged.write(candidate.servedName(), fetched(candidate).adapter());
        } catch (MergeException e) {
            throw new RefusedException(RejectReason.NOT_MERGEABLE, String.valueOf(e.getMessage()), Map.of(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot merge " + candidate.version(), e);
        }
    }

    /** Whether what is stored is signed, and nothing is loaded that is not. */
    boolean isSigned() {
        return signing != null;
    }

    /**
     * Attaches this publisher's signature, or requires that somebody else's is there.
     *
     * @throws RefusedException if no signature holds
     */
    void sign(Candidate candidate) throws RefusedException {
        if (signing == null) {
            return;
        }
        String artifact = Digests.unprefixed(candidate.artifactDigest());
        try {
            signing.sign(artifact, fetched(candidate));
        } catch (IOException e) {
            throw refused(candidate, e);
        }
    }

    /** @throws UncheckedIOException if the store has lost it, or what it has is not what was stored */
    CheckpointDirectory stored(Candidate candidate) {
        try {
            return signed(candidate);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use stored " + candidate.version(), e);
        }
    }

    /** Every byte held against its digest, and its signature required. */
    private CheckpointDirectory signed(Candidate candidate) throws IOException {
        CheckpointDirectory stored = fetched(candidate);
        if (signing != null) {
            signing.require(Digests.unprefixed(candidate.artifactDigest()), stored);
        }
        return stored;
    }

    private CheckpointDirectory fetched(Candidate candidate) throws IOException {
        return store.fetch(Digests.unprefixed(candidate.artifactDigest()))
                .orElseThrow(() -> new IOException("the store has lost " + candidate.artifactDigest()));
    }

    private static RefusedException refused(Candidate candidate, IOException e) {
        RejectReason reason = switch (e) {
            case WrongSignatureException wrong when wrong.isMissing() -> RejectReason.SIGNATURE_MISSING;
            case WrongSignatureException _ -> RejectReason.SIGNATURE_WRONG;
            case BrokenArtifactException _ -> RejectReason.ARTIFACT_BROKEN;
            default -> throw new UncheckedIOException("cannot use stored " + candidate.version(), e);
        };
        return new RefusedException(reason, String.valueOf(e.getMessage()), Map.of(), e);
    }

    /** What the trainer measured of a stored checkpoint, by name. */
    Map<String, Double> evaluation(Candidate candidate) {
        Path manifest = stored(candidate).manifest();
        try {
            return CheckpointManifest.parse(manifest, Files.readAllBytes(manifest))
                    .evaluation();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read stored " + candidate.version(), e);
        }
    }

    /** Where a stored checkpoint lies, as replicas see it. */
    String path(Candidate candidate) {
        return servedRoot + "/" + storeRoot.relativize(stored(candidate).root());
    }

    /**
     * What replicas have to load for a stored checkpoint.
     *
     * @throws RefusedException if what is stored was altered, or no signature of it holds
     */
    ServedAdapter served(Candidate candidate) throws RefusedException {
        try {
            return served(candidate, signed(candidate));
        } catch (IOException e) {
            throw refused(candidate, e);
        }
    }

    private ServedAdapter served(Candidate candidate, CheckpointDirectory stored) throws IOException {
        List<Probe> probes = Probe.readAll(stored.probes());
        if (merged == null) {
            String path = servedRoot + "/" + storeRoot.relativize(stored.adapter());
            return new ServedAdapter(candidate.servedName(), path, stored.adapter(), probes);
        }
        try {
            // Where a disk was lost, what is live is written again.
            Path written = merged.write(candidate.servedName(), stored.adapter());
            return new ServedAdapter(candidate.servedName(), merged.served(candidate.servedName()), written, probes);
        } catch (MergeException e) {
            throw new IllegalStateException(candidate.version() + " was merged before, and now cannot be", e);
        }
    }

    /**
     * What replicas have to load for a version that was stored before. Empty where the store has lost it, or has something
     * else than was stored or signed: no replica gets that, and those that have the version keep it.
     */
    Optional<ServedAdapter> find(Candidate candidate) {
        try {
            Optional<CheckpointDirectory> stored = store.fetch(Digests.unprefixed(candidate.artifactDigest()));
            return stored.isEmpty() ? Optional.empty() : Optional.of(served(candidate, signed(candidate)));
        } catch (BrokenArtifactException | WrongSignatureException e) {
            LOG.error("{} is brought to no replica any more: {}", candidate.version(), e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use stored " + candidate.version(), e);
        }
    }
}
