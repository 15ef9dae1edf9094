package dev.attune.trainer;

import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.TrainerControl;
import dev.attune.kit.ConfigException;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import dev.attune.trainer.batch.DeadLetters;
import dev.attune.trainer.batch.HeldOutRule;
import dev.attune.trainer.batch.HeldOutSlice;
import dev.attune.trainer.batch.MicroBatches;
import dev.attune.trainer.batch.PairInbox;
import dev.attune.trainer.batch.PairReader;
import dev.attune.trainer.batch.PairSource;
import dev.attune.trainer.batch.PendingPairs;
import dev.attune.trainer.batch.PreferenceEncoder;
import dev.attune.trainer.batch.PreferenceReader;
import dev.attune.trainer.batch.ReplayBuffer;
import dev.attune.trainer.batch.ReplayState;
import dev.attune.trainer.batch.SingleReader;
import dev.attune.trainer.batch.TrainedPairs;
import dev.attune.trainer.checkpoint.CheckpointCadence;
import dev.attune.trainer.checkpoint.CheckpointCommits;
import dev.attune.trainer.checkpoint.CheckpointIdentity;
import dev.attune.trainer.checkpoint.CheckpointRestore;
import dev.attune.trainer.checkpoint.CheckpointStore;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import dev.attune.trainer.checkpoint.DeadLetterTopic;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.checkpoint.Restored;
import dev.attune.trainer.checkpoint.TrainerState;
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
import dev.attune.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
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
    private final TrainerClients clients;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final OnlineTrainer trainer;

    private TrainerAssembly(TrainerConfig config, TrainerMetrics metrics, Milestone.Listener milestones)
            throws Exception {
        this.config = config;
        this.metrics = metrics;
        this.milestones = milestones;
        this.clients = new TrainerClients(config);
        this.topics = new Topics(config.topicPrefix());
        this.serdes = new AvroSerdes(RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties()));
        try {
            CheckpointStore store =
                    new CheckpointStore(config.checkpoint().directory(), owner(clients.requireTopics(topics)));
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
        TrainerTransactions transactions =
                opened(new TrainerTransactions(clients.producer(), clients.transactionalId()));
        transactions.begin();
        ControlRecords controlRecords = new ControlRecords(
                topics.trainerControl(), serdes.serializer(TrainerControl.class), config.owner(), config.modelId());
        ControlTopic control = opened(new ControlTopic(
                clients.consumer("control"),
                topics.trainerControl().name(),
                serdes.deserializer(TrainerControl.class),
                controlRecords));
        ControlState said = control.readToEnd();
        CommittedCheckpoints committed = clients.committedCheckpoints("checkpoints", topics, serdes);
        List<CheckpointCommitted> lineage = said.goOnFrom()
                .map(choice -> committed.lineage(choice.version(), choice.newest()))
                .orElseGet(committed::lineage);
        store.removeOrphans(committed.versions());
        Optional<Restored> restored =
                new CheckpointRestore(store, (version, why) -> metrics.checkpointRefused()).find(lineage);

        CheckpointIdentity identity = identity();
        LearnerModel model = opened(LearnerModel.open(config, identity, restored));
        TrainedPairs trained = restored.map(Restored::trained).orElseGet(TrainedPairs::new);
        TrainerState state = restored.map(Restored::state).orElse(TrainerState.START);
        HeldOutRule rule = new HeldOutRule(config.heldOut().share());
        PendingPairs pending = new PendingPairs(config.batch().maxPending(), rule);
        HeldOutSlice heldOut = new HeldOutSlice(
                rule,
                config.heldOut().maxPairs(),
                restored.map(Restored::heldOut).orElse(List.of()));
        ReplayBuffer replay = replay(rule, state, restored);
        Guards guards = new Guards(config.guards(), state.guards());
        DeadLetterTopic deadLetters = new DeadLetterTopic(
                new DeadLetters(config.modelId()),
                topics.deadLetters(),
                serdes.serializer(DeadLetter.class),
                transactions);
        CheckpointCommits commits = new CheckpointCommits(
                topics.checkpoints(),
                serdes.serializer(CheckpointCommitted.class),
                transactions,
                config.approval() == TrainerConfig.Approval.MANUAL,
                committed.all());
        JournalHeader header = new JournalHeader(
                JournalHeader.FORMAT,
                restored.map(from -> from.commit().getVersion()).orElse(null),
                identity.configDigest(),
                identity.base().revision(),
                said.resumedAt().map(Instant::toEpochMilli).orElse(null));
        List<JournalEntry> journalled = new JournalRecovery(config.checkpoint().directory(), metrics::journalRefused)
                .find(header, restored.map(Restored::journal));
        BatchJournal journal = opened(BatchJournal.begin(config.checkpoint().directory(), header, journalled));
        Checkpointer checkpointer = new Checkpointer(
                identity,
                store,
                commits,
                model.learner(),
                trained,
                heldOut,
                replay,
                deadLetters,
                journal,
                milestones,
                new Checkpointer.Beginning(
                        committed.lineageOf(restored.map(Restored::commit)),
                        state.pairsTrained(),
                        committed.notBefore()),
                config.checkpoint().keep(),
                config.ledger().keepFor(),
                config.probes().count());
        KillSwitch killSwitch = new KillSwitch(control, said, controlRecords, transactions, metrics);
        CheckpointCadence cadence = new CheckpointCadence(
                config.checkpoint().everySteps(), config.checkpoint().maxAge());
        PairSource source = source(restored, state);
        PairIntake intake =
                new PairIntake(source, inbox(model, pending, trained, heldOut, replay), pending, deadLetters, metrics);
        TrainingStep training = new TrainingStep(
                model.learner(),
                new GuardedLearner(model.learner(), guards),
                killSwitch,
                checkpointer,
                cadence,
                replay,
                pending,
                metrics);
        return new OnlineTrainer(
                source,
                intake,
                pending,
                new MicroBatches(pending, config.batch().size(), config.batch().maxAge()),
                journal,
                new JournalReplay(journalled, journal, source, intake, pending, training, metrics, milestones),
                training,
                model.learner(),
                guards,
                new HeldOutEvaluation(heldOut, model.learner(), guards, metrics),
                killSwitch,
                commits,
                checkpointer,
                cadence,
                metrics,
                milestones);
    }

    private String owner(String cluster) {
        return "model %s of tenant %s, taught by topic %s on Kafka cluster %s"
                .formatted(
                        config.modelId(),
                        config.owner(),
                        config.inputTopic(topics).name(),
                        cluster);
    }

    private CheckpointIdentity identity() throws IOException {
        Path base = config.baseModel().toAbsolutePath().normalize();
        try {
            return new CheckpointIdentity(
                    config.modelId(),
                    config.owner(),
                    new CheckpointManifest.Base(String.valueOf(base.getFileName()), BaseRevision.of(base)),
                    config.learned().digest(),
                    config.inputTopic(topics).name(),
                    config.learning().parameters().kind());
        } catch (BrokenArtifactException | NoSuchFileException | NotDirectoryException e) {
            throw new ConfigException("baseModel", "cannot be used: " + e.getMessage());
        }
    }

    private PairSource source(Optional<Restored> restored, TrainerState state) {
        String topic = config.inputTopic(topics).name();
        PairSource source = opened(new PairSource(clients.consumer("input"), topic));
        source.start(restored.map(from -> from.offsets(topic)).orElse(Map.of()), state.positions());
        return source;
    }

    private ReplayBuffer replay(HeldOutRule rule, TrainerState state, Optional<Restored> restored) {
        ReplaySettings replay = config.learning().replay();
        ReplayState before = state.replay();
        return new ReplayBuffer(
                replay.share(),
                replay.capacity(),
                rule,
                before == null ? new ReplayState(config.learning().seed(), 0) : before,
                restored.map(Restored::replay).orElse(List.of()));
    }

    private PairInbox inbox(
            LearnerModel model, PendingPairs pending, TrainedPairs trained, HeldOutSlice heldOut, ReplayBuffer replay) {
        PreferenceReader reader = config.learning().isKto()
                ? new SingleReader(serdes.deserializer(PreferenceSingle.class))
                : new PairReader(serdes.deserializer(PreferencePair.class));
        return new PairInbox(
                config.modelId(),
                Set.copyOf(config.tenants()),
                reader,
                new PreferenceEncoder(model.encoder()),
                pending,
                trained,
                heldOut,
                replay);
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
