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

/** From the trainer's directory, through the gate, into the store, and from there to what replicas load. */
final class AdapterStore {

    private final CheckpointGate gate;
    private final ArtifactStore store;
    private final Retrier retrier;
    private final Path storeRoot;
    private final String servedRoot;
    private final @Nullable MergedModels merged;
    private @Nullable Verified newest;

    /**
     * @param servedRoot the store's folder as the replicas see it; null where they see the same path
     * @param merged writes what replicas without LoRA load; null where they load adapters
     */
    AdapterStore(
            CheckpointGate gate,
            ArtifactStore store,
            Retrier retrier,
            Path storeRoot,
            @Nullable String servedRoot,
            @Nullable MergedModels merged) {
        this.gate = gate;
        this.store = store;
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
            merged.write(candidate.servedName(), stored(candidate).adapter());
        } catch (MergeException e) {
            throw new RefusedException(RejectReason.NOT_MERGEABLE, String.valueOf(e.getMessage()), Map.of(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot merge " + candidate.version(), e);
        }
    }

    /** @throws IllegalStateException if the store has lost it */
    CheckpointDirectory stored(Candidate candidate) {
        return store.find(Digests.unprefixed(candidate.artifactDigest()))
                .orElseThrow(() -> new IllegalStateException("the store has lost " + candidate.version()));
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

    /** What replicas have to load for a stored checkpoint. */
    ServedAdapter served(Candidate candidate) {
        return served(candidate, stored(candidate));
    }

    private ServedAdapter served(Candidate candidate, CheckpointDirectory stored) {
        try {
            String path = merged == null
                    ? servedRoot + "/" + storeRoot.relativize(stored.adapter())
                    : merged.served(candidate.servedName());
            if (merged != null) {
                // Where a disk was lost, what is live is written again.
                merged.write(candidate.servedName(), stored.adapter());
            }
            return new ServedAdapter(candidate.servedName(), path, Probe.readAll(stored.probes()));
        } catch (MergeException e) {
            throw new IllegalStateException(candidate.version() + " was merged before, and now cannot be", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read stored " + candidate.version(), e);
        }
    }

    /** What replicas have to load for a version that was stored before; empty where the store has lost it. */
    Optional<ServedAdapter> find(Candidate candidate) {
        return store.find(Digests.unprefixed(candidate.artifactDigest())).map(stored -> served(candidate, stored));
    }
}
