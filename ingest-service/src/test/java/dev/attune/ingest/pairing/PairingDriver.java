package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The whole topology in one thread with a wall clock that tests move. */
final class PairingDriver implements AutoCloseable {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PairingConfig config;
    private final AvroSerdes serdes;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, CompletionServed> completions;
    private final TestInputTopic<String, FeedbackGiven> feedback;
    private final Serializer<FeedbackGiven> feedbackSerializer;
    private final TestOutputTopic<String, PreferencePair> pairs;
    private final TestOutputTopic<String, PreferenceSingle> singles;
    private final TestOutputTopic<String, DeadLetter> deadLetters;

    private Instant now;

    PairingDriver(PairingConfig config, AvroSerdes serdes) {
        this(config, serdes, Events.NOON);
    }

    private PairingDriver(PairingConfig config, AvroSerdes serdes, Instant now) {
        this.config = config;
        this.serdes = serdes;
        this.now = now;
        PairingTopology topology = new PairingTopology(config, serdes, new MicrometerPairingMetrics(meters));
        this.driver = new TopologyTestDriver(topology.build(), PairingService.properties(config), now);
        this.completions = input(serdes, TOPICS.completions());
        this.feedback = input(serdes, TOPICS.feedback());
        this.feedbackSerializer = serdes.serializer(FeedbackGiven.class);
        this.pairs = output(serdes, TOPICS.preferencePairs());
        this.singles = output(serdes, TOPICS.preferenceSingles());
        this.deadLetters = output(serdes, TOPICS.deadLetters());
    }

    static PairingDriver open(Path stateDir, AvroSerdes serdes) {
        return new PairingDriver(Configs.pairing(stateDir, Configs.OPEN_RULES), serdes);
    }

    void send(CompletionServed served) {
        completions.pipeInput(Topics.key(served.getTenant(), served.getTurnId()), served);
    }

    void send(SpecificRecord event) {
        switch (event) {
            case CompletionServed served -> send(served);
            case FeedbackGiven given -> send(given);
            default -> throw new IllegalArgumentException("only completions and feedback are sent");
        }
    }

    void send(FeedbackGiven given) {
        feedback.pipeInput(Topics.key(given.getTenant(), given.getTurnId()), given);
    }

    /** Bytes that no serializer made. */
    void sendRaw(Topic<?> topic, byte @Nullable [] key, byte[] value) {
        driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value));
    }

    /** As the turn stage writes it. */
    byte[] bytes(JudgedTurn judged) {
        return serdes.serializer(JudgedTurn.class)
                .serialize(TOPICS.judgedTurns().name(), judged);
    }

    /** Which texts the prompt stage keeps. */
    List<String> keptTexts() {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> rows = driver.<String, byte[]>getKeyValueStore(Nodes.PROMPT_TEXTS_STORE)
                .all()) {
            rows.forEachRemaining(row -> keys.add(row.key));
        }
        return keys;
    }

    /** A record as the gateway writes it. */
    byte[] bytes(FeedbackGiven given) {
        return feedbackSerializer.serialize(TOPICS.feedback().name(), given);
    }

    /** Lets the quiet period pass. */
    void rest() {
        advance(config.emission().maxDelay());
    }

    void advance(Duration duration) {
        now = now.plus(duration);
        driver.advanceWallClockTime(duration);
    }

    List<PreferencePair> pairs() {
        return pairs.readValuesToList();
    }

    List<PreferenceSingle> singles() {
        return singles.readValuesToList();
    }

    List<DeadLetter> deadLetters() {
        return deadLetters.readValuesToList();
    }

    List<TestRecord<String, PreferencePair>> pairRecords() {
        return pairs.readRecordsToList();
    }

    /** The highest revision of each pair, where it is active. */
    static Map<String, PreferencePair> active(List<PreferencePair> pairs) {
        Map<String, PreferencePair> newest = new TreeMap<>();
        for (PreferencePair pair : pairs) {
            newest.merge(
                    pair.getPairId(), pair, (one, other) -> one.getRevision() >= other.getRevision() ? one : other);
        }
        newest.values().removeIf(pair -> pair.getStatus() != PreferenceStatus.ACTIVE);
        return newest;
    }

    /**
     * Another process with the same state; what was kept in memory only is gone. The driver deletes its state when it closes, so
     * the stores go over row by row, as Streams restores them from their changelogs.
     */
    PairingDriver restarted() {
        Map<String, List<KeyValue<Object, Object>>> rows = new TreeMap<>();
        for (String store : driver.getAllStateStores().keySet()) {
            try (KeyValueIterator<Object, Object> all =
                    driver.getKeyValueStore(store).all()) {
                List<KeyValue<Object, Object>> ofStore = new ArrayList<>();
                all.forEachRemaining(ofStore::add);
                rows.put(store, ofStore);
            }
        }
        close();
        PairingDriver next = new PairingDriver(config, serdes, now);
        rows.forEach((store, all) -> next.driver.getKeyValueStore(store).putAll(all));
        return next;
    }

    @Override
    public void close() {
        driver.close();
    }

    private <V extends SpecificRecord> TestInputTopic<String, V> input(AvroSerdes serdes, Topic<V> topic) {
        return driver.createInputTopic(topic.name(), new StringSerializer(), serdes.serializer(topic.valueType()));
    }

    private <V extends SpecificRecord> TestOutputTopic<String, V> output(AvroSerdes serdes, Topic<V> topic) {
        return driver.createOutputTopic(topic.name(), new StringDeserializer(), serdes.deserializer(topic.valueType()));
    }
}
