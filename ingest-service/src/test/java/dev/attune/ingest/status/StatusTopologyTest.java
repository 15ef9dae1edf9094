package dev.attune.ingest.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.DeadLetter;
import dev.attune.events.Evidence;
import dev.attune.events.ExampleTrained;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.FeedbackState;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.StatusEvidence;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class StatusTopologyTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir
    private Path stateDir;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, FeedbackStatus> statuses = new HashMap<>();
    private AvroSerdes serdes;
    private TopologyTestDriver driver;
    private TestOutputTopic<String, FeedbackStatus> out;

    @BeforeEach
    void start(Platform platform) {
        serdes = platform.serdes();
        StatusConfig config = StatusConfigs.ofDriver(stateDir);
        driver = new TopologyTestDriver(
                new StatusTopology(config, serdes, new StatusMetrics(meters)).build(),
                StatusService.properties(config),
                NOON);
        out = driver.createOutputTopic(
                TOPICS.feedbackStatus().name(), new StringDeserializer(), serdes.deserializer(FeedbackStatus.class));
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void anEventGoesItsWay() {
        send(TOPICS.feedback(), "demo/t", feedback("e1"));
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.ACCEPTED);
        assertThat(status("demo/e1").getReceivedAt()).isEqualTo(NOON);
        assertThat(status("demo/e1").getTurnId()).isEqualTo("t");

        send(TOPICS.preferencePairs(), "demo/p", pair("p", 1, PreferenceStatus.ACTIVE, "e1", "e2"));
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.PAIRED);
        assertThat(status("demo/e2").getState()).isEqualTo(FeedbackState.PAIRED);

        send(TOPICS.trainedExamples(), "demo/p", trained("v1", "e1", "e2"));
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.TRAINED);
        assertThat(status("demo/e1").getTrainings()).singleElement().satisfies(training -> {
            assertThat(training.getVersion()).isEqualTo("v1");
            assertThat(training.getOwner()).isEqualTo("owner");
        });
    }

    @Test
    void anEventThatARevisionLeavesOutIsToldSoAndTheOthersAreNotToldAgain() {
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 1, PreferenceStatus.ACTIVE, "e1", "e2"));
        assertThat(out.getQueueSize()).isEqualTo(2);
        drain();
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 2, PreferenceStatus.ACTIVE, "e2", "e3"));

        assertThat(out.getQueueSize()).isEqualTo(2);
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.UNPAIRED);
        assertThat(status("demo/e2").getActivePairs()).isEqualTo(1);
        assertThat(status("demo/e3").getState()).isEqualTo(FeedbackState.PAIRED);
    }

    @Test
    void aRetractedPairAndAnOldRevision() {
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 1, PreferenceStatus.ACTIVE, "e1"));
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 3, PreferenceStatus.RETRACTED, "e1"));
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 2, PreferenceStatus.ACTIVE, "e1"));

        FeedbackStatus status = status("demo/e1");
        assertThat(status.getState()).isEqualTo(FeedbackState.UNPAIRED);
        assertThat(status.getPairs())
                .singleElement()
                .extracting(StatusEvidence::getRevision)
                .isEqualTo(3L);
    }

    @Test
    void aSingleThatFindsAPartner() {
        send(TOPICS.preferenceSingles(), "demo/c", single("c", 1, PreferenceStatus.ACTIVE, "e1"));
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.SINGLE);

        send(TOPICS.preferenceSingles(), "demo/c", single("c", 2, PreferenceStatus.RETRACTED, "e1"));
        send(TOPICS.preferencePairs(), "demo/p", pair("p", 1, PreferenceStatus.ACTIVE, "e1"));
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.PAIRED);
        assertThat(status("demo/e1").getActiveSingles()).isZero();
    }

    @Test
    void aDeadLetterThatNamesItsEventIsWithdrawn() {
        send(TOPICS.feedback(), "demo/t", feedback("e1"));
        DeadLetter letter = letter(TOPICS.feedback(), null)
                .setSourceEventId("e1")
                .setReason("completion_never_came")
                .build();
        send(TOPICS.deadLetters(), "demo/t", letter);
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.DEAD_LETTER);

        send(
                TOPICS.deadLetters(),
                "demo/t",
                DeadLetter.newBuilder(letter).setResolved(true).build());
        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.ACCEPTED);
        assertThat(status("demo/e1").getDeadLetters())
                .singleElement()
                .satisfies(known -> assertThat(known.getResolved()).isTrue());
    }

    @Test
    void theBytesOfADeadLetterNameTheEvent() {
        byte[] given = bytes(TOPICS.feedback(), feedback("e1"));
        send(
                TOPICS.deadLetters(),
                "demo/t",
                letter(TOPICS.feedback(), given).setReason("too_many_votes").build());
        byte[] pair = bytes(TOPICS.preferencePairs(), pair("p", 1, PreferenceStatus.ACTIVE, "e2", "e3"));
        send(
                TOPICS.deadLetters(),
                "demo/p",
                letter(TOPICS.preferencePairs(), pair).setReason("too_long").build());

        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.DEAD_LETTER);
        assertThat(status("demo/e2").getState()).isEqualTo(FeedbackState.DEAD_LETTER);
        assertThat(status("demo/e3").getDeadLetters())
                .singleElement()
                .satisfies(known -> assertThat(known.getReason()).isEqualTo("too_long"));
    }

    @Test
    void poisonIsCountedAndLeftOut() {
        byte[] noAvro = "{\"thumb\": \"UP\"}".getBytes(StandardCharsets.UTF_8);
        List<Topic<?>> inputs = List.of(
                TOPICS.feedback(),
                TOPICS.preferencePairs(),
                TOPICS.preferenceSingles(),
                TOPICS.trainedExamples(),
                TOPICS.deadLetters());
        for (Topic<?> topic : inputs) {
            sendRaw(topic, "demo/t".getBytes(StandardCharsets.UTF_8), noAvro);
            sendRaw(topic, null, noAvro);
            sendRaw(topic, "demo/t".getBytes(StandardCharsets.UTF_8), null);
        }
        // A dead letter whose bytes are what made it one.
        send(
                TOPICS.deadLetters(),
                "demo/t",
                letter(TOPICS.feedback(), noAvro).setReason("malformed_avro").build());
        send(TOPICS.feedback(), "demo/t", feedback("e1"));

        assertThat(status("demo/e1").getState()).isEqualTo(FeedbackState.ACCEPTED);
        assertThat(statuses).hasSize(1);
        assertThat(meters.get("attune.status.skipped").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isEqualTo(3.0 * inputs.size());
    }

    @Test
    void nobodySaysAnythingOfAnotherTenantsEvents() {
        send(TOPICS.feedback(), "other/t", feedback("e1"));
        send(TOPICS.trainedExamples(), "other/p", trained("v1", "e1"));
        byte[] given = bytes(TOPICS.feedback(), feedback("e1"));
        send(
                TOPICS.deadLetters(),
                "other/t",
                letter(TOPICS.feedback(), given).setTenant("other").build());

        drain();
        assertThat(statuses).isEmpty();
        assertThat(meters.get("attune.status.skipped")
                        .tag("reason", "key_mismatch")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aStatusIsForgottenInTime() {
        send(TOPICS.feedback(), "demo/t", feedback("e1"));
        drain();

        driver.advanceWallClockTime(StatusConfigs.RETENTION.minus(Duration.ofHours(1)));
        assertThat(out.isEmpty()).isTrue();
        driver.advanceWallClockTime(Duration.ofHours(2));

        assertThat(out.readRecord()).satisfies(record -> {
            assertThat(record.key()).isEqualTo("demo/e1");
            assertThat(record.value()).isNull();
        });
        assertThat(driver.getKeyValueStore(StatusTopology.STATUSES).get("demo/e1"))
                .isNull();
    }

    private FeedbackStatus status(String key) {
        drain();
        return Objects.requireNonNull(statuses.get(key), () -> key + " is not among " + statuses.keySet());
    }

    private void drain() {
        out.readKeyValuesToList().forEach(status -> statuses.put(status.key, status.value));
    }

    private <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        sendRaw(topic, key.getBytes(StandardCharsets.UTF_8), bytes(topic, value));
    }

    private <V extends SpecificRecord> byte[] bytes(Topic<V> topic, V value) {
        return serdes.serializer(topic.valueType()).serialize(topic.name(), value);
    }

    private void sendRaw(Topic<?> topic, byte @Nullable [] key, byte @Nullable [] value) {
        TestInputTopic<byte[], byte[]> input =
                driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
        input.pipeInput(new TestRecord<>(key, value, NOON));
    }

    private static FeedbackGiven feedback(String eventId) {
        return FeedbackGiven.newBuilder()
                .setEventId(eventId)
                .setTenant("demo")
                .setReceivedAt(NOON)
                .setTurnId("t")
                .setUserId("u1-x")
                .setKind(FeedbackKind.THUMB)
                .build();
    }

    private static PreferencePair pair(String id, long revision, PreferenceStatus status, String... events) {
        return PreferencePair.newBuilder()
                .setEventId(id + revision)
                .setTenant("demo")
                .setPairId(id)
                .setPromptId("prompt")
                .setRevision(revision)
                .setStatus(status)
                .setEvidence(evidence(events))
                .build();
    }

    private static PreferenceSingle single(String id, long revision, PreferenceStatus status, String... events) {
        return PreferenceSingle.newBuilder()
                .setEventId(id + revision)
                .setTenant("demo")
                .setCompletionId(id)
                .setPromptId("prompt")
                .setRevision(revision)
                .setStatus(status)
                .setEvidence(evidence(events))
                .build();
    }

    private static List<Evidence> evidence(String... events) {
        return Stream.of(events)
                .map(event -> Evidence.newBuilder()
                        .setEventId(event)
                        .setUserId("u1-x")
                        .build())
                .toList();
    }

    private static ExampleTrained trained(String version, String... events) {
        return ExampleTrained.newBuilder()
                .setEventId(version)
                .setTenant("demo")
                .setOwner("owner")
                .setOccurredAt(NOON)
                .setVersion(version)
                .setPairId("p")
                .setFeedbackEventIds(List.of(events))
                .build();
    }

    private static DeadLetter.Builder letter(Topic<?> source, byte @Nullable [] value) {
        return DeadLetter.newBuilder()
                .setEventId("letter of " + source.name())
                .setTenant("demo")
                .setOccurredAt(NOON.plusSeconds(60))
                .setSourceTopic(source.name())
                .setValue(value == null ? null : ByteBuffer.wrap(value));
    }
}
