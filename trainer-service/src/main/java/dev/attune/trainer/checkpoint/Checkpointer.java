package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.DurableFiles;
import dev.attune.artifacts.Probe;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.trainer.batch.DeadLetterSink.SetAside;
import dev.attune.trainer.batch.HeldOutSlice;
import dev.attune.trainer.batch.KeptExample;
import dev.attune.trainer.batch.PendingExample;
import dev.attune.trainer.batch.ReplayBuffer;
import dev.attune.trainer.batch.TrainedExamples;
import dev.attune.trainer.guard.GuardState;
import dev.attune.trainer.journal.BatchJournal;
import dev.attune.trainer.journal.FolderLock;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.StepReport;
import dev.attune.trainer.release.PromotedRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes checkpoints: weights, moments, ledger, offsets and lineage as one artifact, which counts from the moment that its
 * event is committed. Belongs to the training thread.
 */
public final class Checkpointer {
    private final CheckpointIdentity identity;
    private final CheckpointStore store;
    private final CheckpointCommits commits;
    private final Learner<?, ?> learner;
    private final TrainedExamples trained;
    private final HeldOutSlice heldOut;
    private final ReplayBuffer replay;
    private final DeadLetterTopic deadLetters;
    private final BatchJournal journal;
    private final Milestone.Listener milestones;
    private final int keep;
    private final Duration keepLedgerFor;
    private final RecentProbes probes;
    /** Every version that training goes on from, removed ones too. */
    private final Set<String> line;
    /** Newest last. */
    private final Set<String> kept = new LinkedHashSet<>();

    private @Nullable String parent;
    private @Nullable PromotedRelease followedRelease;
    private long pairsTrained;
    private Instant notBefore;
    private SinceParent since = new SinceParent();

    /**
     * @param journal what was decided since the last checkpoint; it begins anew with each
     * @param keep directories that stay, the newest and its parent among them
     * @param keepLedgerFor how long the ledger remembers a pair; zero: for ever
     * @param probes token sequences that each checkpoint proves itself with
     */
    public Checkpointer(
            CheckpointIdentity identity,
            CheckpointStore store,
            CheckpointCommits commits,
            Learner<?, ?> learner,
            TrainedExamples trained,
            HeldOutSlice heldOut,
            ReplayBuffer replay,
            DeadLetterTopic deadLetters,
            BatchJournal journal,
            Milestone.Listener milestones,
            Beginning beginning,
            int keep,
            Duration keepLedgerFor,
            int probes) {
        this.identity = identity;
        this.store = store;
        this.commits = commits;
        this.learner = learner;
        this.trained = trained;
        this.heldOut = heldOut;
        this.replay = replay;
        this.deadLetters = deadLetters;
        this.journal = journal;
        this.milestones = milestones;
        this.keep = keep;
        this.keepLedgerFor = keepLedgerFor;
        this.probes = new RecentProbes(probes);
        this.line = new HashSet<>(beginning.lineage());
        this.kept.addAll(beginning.lineage().reversed());
        this.parent = kept.isEmpty() ? null : beginning.lineage().getFirst();
        this.followedRelease = beginning.followedRelease();
        this.pairsTrained = beginning.pairsTrained();
        this.notBefore = beginning.notBefore();
    }

    /**
     * What training goes on from.
     *
     * @param lineage version of the restored checkpoint and of those before it, newest first; empty: the base
     * @param pairsTrained since the base
     * @param notBefore the next checkpoint's time is not before this
     * @param followedRelease the newest that the reference has followed; null: none
     */
    public record Beginning(
            List<String> lineage,
            long pairsTrained,
            Instant notBefore,
            @Nullable PromotedRelease followedRelease) {}

    /** A step was taken: ledger, replay buffer, lineage and probes take note of it. */
    public void stepTaken(List<PendingExample> batch, List<KeptExample> replayed, StepReport metrics) {
        batch.forEach(trained::trained);
        batch.forEach(replay::add);
        since.add(learner.step(), batch, replayed, metrics);
        probes.add(batch);
    }

    /**
     * A step was skipped: its pairs count as consumed, and are dead letters from the moment that a checkpoint counts whose
     * offsets are behind them. A trainer that is killed before that reads them again, and skips them again.
     */
    public void stepSkipped(List<PendingExample> batch, List<SetAside> records) {
        batch.forEach(pair -> trained.settled(pair.key(), pair.revision(), pair.servedAt()));
        since.skip(records);
    }

    /** The reference has followed a release: the next checkpoint remembers it. */
    public void releaseFollowed(PromotedRelease release) {
        followedRelease = release;
    }

    /** The newest that the reference has followed; null: none. */
    public @Nullable PromotedRelease followedRelease() {
        return followedRelease;
    }

    /** Whether training goes on from this version: the newest checkpoint is it or has grown from it. */
    public boolean isOfLine(String version) {
        return line.contains(version);
    }

    /** Pairs that came up and are not to be trained: they count as consumed. */
    public void heldOut(List<PendingExample> pairs) {
        for (PendingExample pair : pairs) {
            trained.settled(pair.key(), pair.revision(), pair.servedAt());
            heldOut.add(pair);
        }
    }

    /** Steps that no checkpoint contains. */
    public int stepsSinceLast() {
        return since.steps();
    }

    /**
     * Writes a checkpoint and commits it.
     *
     * @param resumeOffsets where its reader has to begin, by partition
     * @param positions next offset to read, by partition
     * @param oldestWaiting when the oldest of the pairs was served that wait to be trained
     * @param guards what the guards remember
     * @param evaluation of the held-out slice, under TRL's names; empty where there is none
     * @throws DivergedCheckpointException if the weights are not worth it; nothing was written
     * @throws FencedTrainerException if a newer trainer has begun; the directory is an orphan
     */
    public CheckpointCommitted take(
            Map<Integer, Long> resumeOffsets,
            Map<Integer, Long> positions,
            Optional<Instant> oldestWaiting,
            GuardState guards,
            Map<String, Double> evaluation)
            throws IOException {
        try (FolderLock.Held _ = store.lock()) {
            return takeAlone(resumeOffsets, positions, oldestWaiting, guards, evaluation);
        }
    }

    private CheckpointCommitted takeAlone(
            Map<Integer, Long> resumeOffsets,
            Map<Integer, Long> positions,
            Optional<Instant> oldestWaiting,
            GuardState guards,
            Map<String, Double> evaluation)
            throws IOException {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        Instant takenAt = now.isBefore(notBefore) ? notBefore : now;
        List<Probe> computed = probes.compute(learner);
        learner.beforeCheckpoint();
        long pairs = pairsTrained + since.pairs();
        CheckpointDirectory staged = store.stage();
        boolean newBase = trained.advance(keepLedgerFor, takenAt, oldestWaiting);
        Optional<CheckpointDirectory> sameBase =
                newBase ? Optional.empty() : Optional.ofNullable(parent).map(store::directory);
        Map<String, FileEntry> linked = write(
                staged,
                computed,
                sameBase,
                new TrainerState(
                        TrainerState.FORMAT,
                        positions,
                        pairs,
                        guards,
                        replay.state(),
                        learner.hasMovedReference(),
                        followedRelease));
        CheckpointManifest manifest = manifest(staged.describeFiles(linked), resumeOffsets, takenAt, evaluation);
        String sha256 = staged.writeManifest(manifest);
        milestones.passed(Milestone.CHECKPOINT_WRITTEN);
        String version = CheckpointVersion.of(learner.step(), sha256).toString();
        CheckpointDirectory published = store.publish(staged, version, milestones);
        milestones.passed(Milestone.CHECKPOINT_NAMED);
        CheckpointCommitted committed = commits.commit(
                identity,
                manifest,
                sha256,
                published.root().toUri(),
                resumeOffsets,
                since,
                deadLetters.records(since.setAside()));
        milestones.passed(Milestone.CHECKPOINT_COMMITTED);
        journal.beginAfter(version);
        parent = version;
        line.add(version);
        pairsTrained = pairs;
        notBefore = takenAt.plusMillis(1);
        since = new SinceParent();
        prune(version);
        return committed;
    }

    /** Returns what is known of files that were not written, but linked. */
    private Map<String, FileEntry> write(
            CheckpointDirectory staged,
            List<Probe> computed,
            Optional<CheckpointDirectory> sameBase,
            TrainerState state)
            throws IOException {
        Files.createDirectory(CheckpointFiles.state(staged));
        learner.savePolicy(staged.learned(identity.kind()));
        milestones.passed(Milestone.CHECKPOINT_BEGUN);
        learner.saveState(CheckpointFiles.optimizer(staged));
        learner.saveReference(CheckpointFiles.reference(staged));
        Map<String, FileEntry> linked = LedgerFiles.write(staged, trained, sameBase);
        CheckpointFiles.writeHeldOut(staged, heldOut);
        CheckpointFiles.writeReplay(staged, replay);
        state.write(CheckpointFiles.trainer(staged));
        DurableFiles.write(CheckpointFiles.journal(staged), journal.content());
        Probe.writeAll(staged.probes(), computed);
        TrainedBatch.writeAll(staged.batches(), since.batches());
        return linked;
    }

    private CheckpointManifest manifest(
            SortedMap<String, FileEntry> files,
            Map<Integer, Long> resumeOffsets,
            Instant takenAt,
            Map<String, Double> heldOutEvaluation) {
        TreeMap<String, Double> evaluation = new TreeMap<>(since.evaluation());
        evaluation.putAll(heldOutEvaluation);
        TreeMap<String, Long> offsets = new TreeMap<>();
        resumeOffsets.forEach((partition, offset) -> offsets.put(identity.inputTopic() + "-" + partition, offset));
        return new CheckpointManifest(
                CheckpointManifest.FORMAT,
                identity.kind(),
                identity.modelId(),
                learner.step(),
                parent,
                identity.base(),
                identity.configDigest(),
                offsets,
                files,
                evaluation,
                takenAt);
    }

    /** Only after a commit, so that the newest that counts, and its parent, always stay. */
    private void prune(String newest) throws IOException {
        kept.add(newest);
        while (kept.size() > keep) {
            kept.remove(kept.iterator().next());
        }
        store.removeAllBut(kept);
    }
}
