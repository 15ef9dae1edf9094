package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.ExampleTrained;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.TrainerControl;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import dev.attune.trainer.batch.DeadLetters;
import dev.attune.trainer.batch.ExampleSource;
import dev.attune.trainer.batch.PairReader;
import dev.attune.trainer.batch.PreferenceReader;
import dev.attune.trainer.batch.SingleReader;
import dev.attune.trainer.checkpoint.CheckpointCommits;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import dev.attune.trainer.checkpoint.DeadLetterTopic;
import dev.attune.trainer.checkpoint.TrainedExamplesTopic;
import dev.attune.trainer.checkpoint.TrainerTransactions;
import dev.attune.trainer.control.ControlRecords;
import dev.attune.trainer.control.ControlTopic;
import dev.attune.trainer.release.ReleaseTopic;
import java.util.Optional;

/** What the online trainer reads from Kafka and publishes there, by topic. What it opens is the caller's to close. */
final class TrainerTopics {
    private final TrainerConfig config;
    private final TrainerClients clients;
    private final Topics topics;
    private final AvroSerdes serdes;

    TrainerTopics(TrainerConfig config) {
        this.config = config;
        this.clients = new TrainerClients(config);
        this.topics = new Topics(config.topicPrefix());
        this.serdes = new AvroSerdes(RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties()));
    }

    /** As {@link TrainerClients#requireTopics}. */
    String requireAll() throws InterruptedException {
        return clients.requireTopics(topics);
    }

    /** The topic of pairs, or with KTO of single answers. */
    String input() {
        return config.inputTopic(topics).name();
    }

    /** Not yet started. */
    ExampleSource source() {
        return new ExampleSource(clients.consumer("input"), input());
    }

    PreferenceReader reader() {
        return config.learning().isKto()
                ? new SingleReader(serdes.deserializer(PreferenceSingle.class))
                : new PairReader(serdes.deserializer(PreferencePair.class));
    }

    ControlRecords controlRecords() {
        return new ControlRecords(
                topics.trainerControl(), serdes.serializer(TrainerControl.class), config.owner(), config.modelId());
    }

    ControlTopic control(ControlRecords records) {
        return new ControlTopic(
                clients.consumer("control"),
                topics.trainerControl().name(),
                serdes.deserializer(TrainerControl.class),
                records);
    }

    /** Empty where the reference follows no releases. */
    Optional<ReleaseTopic> releases() {
        if (!config.followsReleases()) {
            return Optional.empty();
        }
        return Optional.of(new ReleaseTopic(
                clients.consumer("releases"),
                topics.releases().name(),
                serdes.deserializer(ReleaseChanged.class),
                config.owner(),
                config.modelId()));
    }

    CommittedCheckpoints committedCheckpoints() {
        return clients.committedCheckpoints("checkpoints", topics, serdes);
    }

    TrainerTransactions transactions() {
        return new TrainerTransactions(clients.producer(), clients.transactionalId());
    }

    CheckpointCommits commits(TrainerTransactions transactions, CommittedCheckpoints committed) {
        return new CheckpointCommits(
                topics.checkpoints(),
                serdes.serializer(CheckpointCommitted.class),
                transactions,
                new TrainedExamplesTopic(
                        topics.trainedExamples(),
                        serdes.serializer(ExampleTrained.class),
                        config.learning().isKto()),
                config.approval() == TrainerConfig.Approval.MANUAL,
                committed.all());
    }

    DeadLetterTopic deadLetters(TrainerTransactions transactions) {
        return new DeadLetterTopic(
                new DeadLetters(config.modelId()),
                topics.deadLetters(),
                serdes.serializer(DeadLetter.class),
                transactions);
    }
}
