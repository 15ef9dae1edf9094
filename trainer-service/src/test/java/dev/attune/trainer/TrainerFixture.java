package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.kit.AdminSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of its own on the shared platform, a tiny model, and what a test asks of them. */
public final class TrainerFixture implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int PARTITIONS = 2;
    /** A consumer waits for its last fetch when it closes, by default for half a second. */
    private static final Map<String, String> SHORT_FETCHES = Map.of("fetch.max.wait.ms", "50");

    private final Platform parts;
    private final Path folder;
    private final Topics topics = new Topics("t" + UUID.randomUUID().toString().substring(0, 8) + ".");
    private final AvroSerdes serdes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Path model;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    public TrainerFixture(Platform parts, Path folder) throws Exception {
        this.parts = parts;
        this.folder = folder;
        this.serdes = new AvroSerdes(RegistryClients.create(parts.registryUrl(), Map.of()));
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        parts.bootstrapServers(),
                        // With several on the way, batches that come right after their topic can end out of order.
                        "max.in.flight.requests.per.connection",
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.model = TinyModel.write(folder.resolve("model"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.bootstrapServers()))) {
            List<NewTopic> needed = List.of(
                    new NewTopic(topics.preferencePairs().name(), PARTITIONS, (short) 1),
                    new NewTopic(topics.preferenceSingles().name(), PARTITIONS, (short) 1),
                    new NewTopic(topics.checkpoints().name(), 1, (short) 1),
                    new NewTopic(topics.trainedExamples().name(), PARTITIONS, (short) 1),
                    new NewTopic(topics.trainerControl().name(), 2, (short) 1),
                    new NewTopic(topics.releases().name(), PARTITIONS, (short) 1),
                    new NewTopic(topics.deadLetters().name(), 1, (short) 1));
            admin.createTopics(needed).all().get();
        }
    }

    public Topics topics() {
        return topics;
    }

    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Batches of four pairs; by age only after an hour. */
    public TrainerConfig config(int everySteps) {
        return config(
                new BatchSettings(4, Duration.ofHours(1), 1000),
                new CheckpointSettings(checkpoints(), everySteps, Duration.ofHours(1), 100));
    }

    public TrainerConfig config(BatchSettings batch, CheckpointSettings checkpoint) {
        return config(batch, checkpoint, 1e-3);
    }

    public TrainerConfig config(BatchSettings batch, CheckpointSettings checkpoint, double learningRate) {
        return new TrainerConfig(
                new KafkaSettings(parts.bootstrapServers(), SHORT_FETCHES),
                new SchemaRegistrySettings(parts.registryUrl(), Map.of()),
                topics.prefix(),
                new AdminSettings("127.0.0.1", 0),
                Pairs.MODEL,
                List.of(),
                model,
                batch,
                checkpoint,
                TrainerConfigs.sigmoid(learningRate),
                TrainerConfigs.NO_GUARDS,
                TrainerConfigs.NOTHING_HELD_OUT,
                TrainerConfigs.KEPT_FOR_EVER,
                TrainerConfig.Approval.AUTOMATIC,
                new ProbeSettings(3));
    }

    /** The same configuration as a file's text. */
    public String yaml(int batchSize, int everySteps) {
        return yaml(batchSize, everySteps, 0, TrainerConfig.Approval.AUTOMATIC);
    }

    public String yaml(int batchSize, int everySteps, double heldOutShare, TrainerConfig.Approval approval) {
        return """
                kafka:
                  bootstrapServers: %s
                  properties: {fetch.max.wait.ms: 50}
                schemaRegistry:
                  url: %s
                topicPrefix: %s
                admin: {host: 127.0.0.1}
                modelId: %s
                baseModel: %s
                batch: {size: %d, maxAge: 1h, maxPending: %d}
                checkpoint: {directory: %s, everySteps: %d, maxAge: 1s, keep: 1000}
                learning: {learningRate: 1e-3, beta: 0.1, rank: 2, alpha: 4}
                heldOut: {share: %s, maxPairs: 40}
                approval: %s
                """.formatted(
                        parts.bootstrapServers(),
                        parts.registryUrl(),
                        topics.prefix(),
                        Pairs.MODEL,
                        model,
                        batchSize,
                        2 * batchSize,
                        checkpoints(),
                        everySteps,
                        heldOutShare,
                        approval);
    }

    public void send(List<PreferencePair> pairs) {
        pairs.forEach(pair -> send(pair, Math.floorMod(pair.getPromptId().hashCode(), PARTITIONS)));
        awaitSent();
    }

    /** To one partition, so that there is one order. */
    public void sendInOrder(List<PreferencePair> pairs) {
        pairs.forEach(pair -> send(pair, 0));
        awaitSent();
    }

    /** As {@link #sendInOrder}, answers without a partner. */
    public void sendSingles(List<PreferenceSingle> singles) {
        Topic<PreferenceSingle> topic = topics.preferenceSingles();
        for (PreferenceSingle single : singles) {
            byte[] key =
                    Topics.key(single.getTenant(), single.getCompletionId()).getBytes(StandardCharsets.UTF_8);
            byte[] value = serdes.serializer(PreferenceSingle.class).serialize(topic.name(), single);
            sent.add(producer.send(new ProducerRecord<>(topic.name(), 0, key, value)));
        }
        awaitSent();
    }

    /** What the publisher says of a checkpoint. */
    public void sendRelease(CheckpointCommitted checkpoint, ReleaseState state) {
        Topic<ReleaseChanged> topic = topics.releases();
        ReleaseChanged event = ReleaseChanged.newBuilder()
                .setEventId(checkpoint.getVersion() + state)
                .setTenant(checkpoint.getTenant())
                .setModelId(checkpoint.getModelId())
                .setVersion(checkpoint.getVersion())
                .setArtifactDigest(checkpoint.getArtifactDigest())
                .setState(state)
                .build();
        byte[] key = Topics.key(event.getTenant(), event.getModelId(), event.getVersion())
                .getBytes(StandardCharsets.UTF_8);
        byte[] value = serdes.serializer(ReleaseChanged.class).serialize(topic.name(), event);
        sent.add(producer.send(new ProducerRecord<>(topic.name(), key, value)));
        awaitSent();
    }

    private void awaitSent() {
        for (Future<RecordMetadata> one : sent) {
            assertThat(one).succeedsWithin(BOUND);
        }
        sent.clear();
    }

    private void send(PreferencePair pair, int partition) {
        String topic = topics.preferencePairs().name();
        sendRaw(
                Topics.key(pair.getTenant(), pair.getPairId()),
                serdes.serializer(PreferencePair.class).serialize(topic, pair),
                partition);
    }

    /** Any bytes; they are written when the next pairs are. */
    public void sendRaw(String key, byte[] value, int partition) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>(topics.preferencePairs().name(), partition, keyBytes, value)));
    }

    /** Committed checkpoints of the newest line, oldest first. */
    public List<CheckpointCommitted> chain() {
        return new CommittedCheckpoints(read(topics.checkpoints())).lineage().reversed();
    }

    /** Waits until the newest checkpoint is of this step or a later one. */
    public CheckpointCommitted awaitCheckpoint(long step) {
        return await().atMost(BOUND)
                .until(
                        () -> chain().isEmpty() ? null : chain().getLast(),
                        newest -> newest != null && newest.getStep() >= step);
    }

    public List<DeadLetter> awaitDeadLetters(int count) {
        return await().atMost(BOUND).until(() -> read(topics.deadLetters()), letters -> letters.size() >= count);
    }

    /** Every step of the committed chain, in order, from the directories; each is verified. */
    public List<TrainedBatch> batches() throws IOException {
        List<TrainedBatch> batches = new ArrayList<>();
        for (CheckpointCommitted checkpoint : chain()) {
            CheckpointDirectory directory = directory(checkpoint);
            directory.verify();
            batches.addAll(TrainedBatch.readAll(directory.batches()));
        }
        assertThat(batches).extracting(TrainedBatch::step).isSorted().doesNotHaveDuplicates();
        return batches;
    }

    /** {@code pairId} with its direction, for every trained pair of the committed chain in order. */
    public List<String> trainedPairs() throws IOException {
        return batches().stream()
                .flatMap(batch -> batch.pairs().stream())
                .map(pair -> (pair.direction() > 0 ? "+" : "-") + pair.pairId())
                .toList();
    }

    /** What the topic says that versions learned from: of each example its version, direction and feedback. */
    public List<String> toldExamples() {
        return read(topics.trainedExamples()).stream()
                .map(told -> "%s %d %s %d %s"
                        .formatted(
                                told.getVersion(),
                                told.getStep(),
                                told.getPairId(),
                                told.getDirection(),
                                told.getFeedbackEventIds()))
                .toList();
    }

    /** The same, as the directories of the committed chain have it. */
    public List<String> examplesOfTheChain() throws IOException {
        List<String> examples = new ArrayList<>();
        for (CheckpointCommitted checkpoint : chain()) {
            for (TrainedBatch batch : TrainedBatch.readAll(directory(checkpoint).batches())) {
                batch.pairs()
                        .forEach(pair -> examples.add("%s %d %s %d %s"
                                .formatted(
                                        checkpoint.getVersion(),
                                        batch.step(),
                                        pair.pairId(),
                                        pair.direction(),
                                        pair.eventIds())));
            }
        }
        return examples;
    }

    public static CheckpointDirectory directory(CheckpointCommitted checkpoint) {
        return new CheckpointDirectory(Path.of(URI.create(checkpoint.getArtifactUri())));
    }

    /** All committed dead letters. */
    public List<DeadLetter> deadLetters() {
        return read(topics.deadLetters());
    }

    private <T extends SpecificRecord> List<T> read(Topic<T> topic) {
        Map<String, Object> settings = new HashMap<>(SHORT_FETCHES);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, parts.bootstrapServers());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<T> values = new ArrayList<>();
        try (TopicReader<T> reader =
                new TopicReader<>(consumer, topic.name(), serdes.deserializer(topic.valueType()))) {
            reader.readToEnd(values::add);
        }
        return values;
    }

    @Override
    public void close() {
        producer.close();
    }
}
