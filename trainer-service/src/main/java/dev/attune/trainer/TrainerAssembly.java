package dev.attune.trainer;

import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.batch.ExampleInbox;
import dev.attune.trainer.batch.ExampleSource;
import dev.attune.trainer.batch.MicroBatches;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.batch.PreferenceEncoder;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.CheckpointCommits;
import dev.attune.trainer.checkpoint.CheckpointIdentity;
import dev.attune.trainer.checkpoint.CheckpointStore;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import dev.attune.trainer.checkpoint.DeadLetterTopic;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.checkpoint.Restored;
import dev.attune.trainer.checkpoint.TrainerTransactions;
import dev.attune.trainer.control.ControlRecords;
import dev.attune.trainer.control.ControlState;
import dev.attune.trainer.control.ControlTopic;
import dev.attune.trainer.control.KillSwitch;
import dev.attune.trainer.guard.GuardedLearner;
import dev.attune.trainer.guard.Guards;
import dev.attune.trainer.journal.BatchJournal;
import dev.attune.trainer.journal.FolderLock;
import dev.attune.trainer.journal.JournalEntry;
import dev.attune.trainer.journal.JournalHeader;
import dev.attune.trainer.journal.JournalRecovery;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.metrics.TrainerMetrics;
import dev.attune.trainer.release.ReleaseTopic;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a trainer together, in the order that makes it safe: first older trainers are fenced, then the newest checkpoint is
 * looked up and restored, then reading begins where it says.
 */
final class TrainerAssembly implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerAssembly.class);

    private final TrainerConfig config;
    private final TrainerMetrics metrics;
    private final Milestone.Listener milestones;
    private final TrainerTopics topics;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final OnlineTrainer trainer;

    private TrainerAssembly(TrainerConfig config, TrainerMetrics metrics, Milestone.Listener milestones)
            throws Exception {
        this.config = config;
        this.metrics = metrics;
        this.milestones = milestones;
        this.topics = new TrainerTopics(config);
        try {
            CheckpointStore store = new CheckpointStore(config.checkpoint().directory(), owner(topics.requireAll()));
            // An older trainer of this folder either finishes its checkpoint now or finds itself fenced.
            try (FolderLock.Held _ = store.lock()) {
                this.trainer = assemble(store);
            }
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Opens everything that a trainer needs.
     *
     * @throws ConfigException naming the setting that cannot be used
     */
    static TrainerAssembly open(TrainerConfig config, TrainerMetrics metrics, Milestone.Listener milestones)
            throws Exception {
        return new TrainerAssembly(config, metrics, milestones);
    }

    OnlineTrainer trainer() {
        return trainer;
    }

    private OnlineTrainer assemble(CheckpointStore store) throws Exception {
        TrainerTransactions transactions = opened(topics.transactions());
        transactions.begin();
        ControlRecords controlRecords = topics.controlRecords();
        ControlTopic control = opened(topics.control(controlRecords));
        ControlState said = control.readToEnd();
        CommittedCheckpoints committed = topics.committedCheckpoints();
        StartingPoint start = StartingPoint.find(said, committed, store, metrics);

        CheckpointIdentity identity = identity();
        LearnerModel model = opened(LearnerModel.open(config, identity, start.checkpoint()));
        Learner<?, ?> learner = model.learner();
        TrainerMemory memory = TrainerMemory.at(start, config);
        PendingExamples pending = memory.pending();
        Guards guards = new Guards(config.guards(), start.state().guards());
        JournalHeader header = start.journalHeader(identity);
        List<JournalEntry> journalled = new JournalRecovery(config.checkpoint().directory(), metrics::journalRefused)
                .find(header, start.checkpoint().map(Restored::journal));
        BatchJournal journal = opened(BatchJournal.begin(config.checkpoint().directory(), header, journalled));

        DeadLetterTopic deadLetters = topics.deadLetters(transactions);
        CheckpointCommits commits = topics.commits(transactions, committed);
        Checkpointer checkpointer = new Checkpointer(
                identity,
                store,
                commits,
                learner,
                memory.trained(),
                memory.heldOut(),
                memory.replay(),
                deadLetters,
                journal,
                milestones,
                start.beginning(),
                config.checkpoint().keep(),
                config.ledger().keepFor(),
                config.probes().count());
        CheckpointCadence cadence = new CheckpointCadence(
                config.checkpoint().everySteps(), config.checkpoint().maxAge());
        KillSwitch killSwitch = new KillSwitch(control, said, controlRecords, transactions, metrics);

        ExampleSource source = opened(topics.source());
        source.start(start.offsets(topics.input()), start.state().positions());
        ExampleIntake intake = new ExampleIntake(source, inbox(model, memory), pending, deadLetters, metrics);
        TrainingStep training = new TrainingStep(
                learner,
                new GuardedLearner(learner, guards),
                killSwitch,
                checkpointer,
                cadence,
                memory.replay(),
                pending,
                metrics);
        Optional<ReleaseTopic> promoted = topics.releases().map(this::opened);
        promoted.ifPresent(ReleaseTopic::readToEnd);
        ReleaseFollower releases =
                new ReleaseFollower(promoted, store, checkpointer, journal, learner, metrics, milestones);
        return new OnlineTrainer(
                source,
                intake,
                pending,
                new MicroBatches(pending, config.batch().size(), config.batch().maxAge()),
                journal,
                new JournalReplay(
                        journalled, journal, source, intake, pending, training, releases, metrics, milestones),
                training,
                releases,
                learner,
                guards,
                new HeldOutEvaluation(memory.heldOut(), learner, guards, metrics),
                killSwitch,
                commits,
                checkpointer,
                cadence,
                metrics,
                milestones);
    }

    private String owner(String cluster) {
        return "model %s of tenant %s, taught by topic %s on Kafka cluster %s"
                .formatted(config.modelId(), config.owner(), topics.input(), cluster);
    }

    private CheckpointIdentity identity() throws IOException {
        Path base = config.baseModel().toAbsolutePath().normalize();
        try {
            return new CheckpointIdentity(
                    config.modelId(),
                    config.owner(),
                    new CheckpointManifest.Base(String.valueOf(base.getFileName()), BaseRevision.of(base)),
                    config.learned().digest(),
                    topics.input(),
                    config.learning().parameters().kind());
        } catch (BrokenArtifactException | NoSuchFileException | NotDirectoryException e) {
            throw new ConfigException("baseModel", "cannot be used: " + e.getMessage());
        }
    }

    private ExampleInbox inbox(LearnerModel model, TrainerMemory memory) {
        return new ExampleInbox(
                config.modelId(),
                Set.copyOf(config.tenants()),
                topics.reader(),
                new PreferenceEncoder(model.encoder()),
                memory.pending(),
                memory.trained(),
                memory.heldOut(),
                memory.replay());
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes what was opened, the last first; a failure there hides no other. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("while closing: {}", e.toString());
            }
        }
    }
}
