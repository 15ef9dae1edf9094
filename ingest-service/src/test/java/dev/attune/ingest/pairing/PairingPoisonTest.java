package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.RegistryProcess;
import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.Thumb;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Records that nobody should have written, on a real broker: each is set aside once, and nothing stops. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingPoisonTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(400);
    private static final byte[] GARBAGE = "{\"not\": \"avro\"}".getBytes(StandardCharsets.UTF_8);
    private static final int TEN_MEGABYTES = 10_000_000;

    @TempDir
    private Path folder;

    @Test
    void everyPoisonRecordIsOneDeadLetterEvenAcrossAKill(Platform platform) throws Exception {
        Topics topics = platform.createTopics(3);
        allowLargeRecords(platform, topics.completions().name());
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder);
                EventSender sender = new EventSender(platform, topics)) {
            sendPoison(sender, platform, topics);
            sendPair(sender, "t1");
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> !deadLetters(platform, topics).isEmpty());
            pairing.kill();
            sendPoison(sender, platform, topics);
            sendPair(sender, "t2");
            sender.flush();
            pairing.startAgain();
            await().atMost(BOUND).pollInterval(LOOK).untilAsserted(() -> {
                assertThat(platform.readAll(topics.preferencePairs())).hasSize(3);
                assertThat(deadLetters(platform, topics)).hasSizeGreaterThanOrEqualTo(16);
            });
            assertThat(pairing.stop()).contains("streams: NOT_RUNNING");
        }

        List<DeadLetter> letters = deadLetters(platform, topics);
        assertThat(letters)
                .extracting(letter ->
                        letter.getSourceTopic() + "-" + letter.getSourcePartition() + "@" + letter.getSourceOffset())
                .doesNotHaveDuplicates();
        assertThat(letters)
                .filteredOn(letter ->
                        letter.getSourceTopic().equals(topics.feedback().name()))
                .extracting(DeadLetter::getReason)
                .containsExactlyInAnyOrder(
                        "not_wire_format",
                        "not_wire_format",
                        "unknown_schema_id",
                        "unknown_schema_id",
                        "incompatible_schema",
                        "incompatible_schema",
                        "null_key",
                        "null_key",
                        "null_value",
                        "null_value",
                        "unknown_kind",
                        "unknown_kind");
        assertThat(letters)
                .filteredOn(letter ->
                        letter.getSourceTopic().equals(topics.completions().name()))
                .hasSize(2)
                .allSatisfy(letter -> {
                    assertThat(letter.getReason()).isEqualTo("record_too_large");
                    assertThat(letter.getDetail()).contains("10000", "limits.maxRecordBytes");
                    assertThat(letter.getTenant()).isEqualTo("acme");
                    assertThat(letter.getValue()).isNull();
                });
        assertThat(letters)
                .filteredOn(letter -> letter.getSourceTopic()
                        .equals(topics.judgedCompletions().name()))
                .extracting(DeadLetter::getReason)
                .containsExactly("not_wire_format", "not_wire_format");
        assertThat(letters).allSatisfy(letter -> assertThat(letter.getDetail()).doesNotContain("not\":"));
    }

    @Test
    void aRegistryThatIsAwayDoesNotStopWhatIsKnown(Platform platform) throws Exception {
        Topics topics = platform.createTopics(2);
        try (RegistryProcess registry = RegistryProcess.start();
                PairingProcess pairing = new PairingProcess(platform, registry.url(), topics, folder, "0", "");
                EventSender sender = new EventSender(
                        platform, new AvroSerdes(RegistryClients.create(registry.url(), Map.of())), topics)) {
            sendPair(sender, "t1");
            sender.flush();
            await().atMost(BOUND).pollInterval(LOOK).until(() -> pairs(pairing) == 1);

            registry.process().destroyForcibly();
            sendPair(sender, "t2");
            // Nothing was ever set aside before: the schema of dead letters is known all the same.
            sender.sendRaw(topics.feedback(), "acme/t2", GARBAGE);
            sender.flush();

            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> pairs(pairing) == 2
                            && pairing.metric("attune_pairing_dead_letters_total")
                                            .orElse(0)
                                    == 1);
            assertThat(pairing.get("/health/ready")).isPresent();
        }
    }

    /** Eight records that are set aside, and one with a newer schema that counts. */
    private static void sendPoison(EventSender sender, Platform platform, Topics topics) {
        NewerFeedback newer = new NewerFeedback(platform.serdes(), topics.feedback());
        byte[] completion = platform.serdes()
                .serializer(CompletionServed.class)
                .serialize(topics.completions().name(), Events.completion("p", "t", "c", "text"));
        FeedbackGiven thumb = Events.thumb("e-newer", "t-newer", "ann", NOON, "t-newer-bad", Thumb.DOWN);
        sender.sendRaw(topics.feedback(), "acme/t", GARBAGE);
        sender.sendRaw(topics.feedback(), "acme/t", new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3});
        sender.sendRaw(topics.feedback(), "acme/t", completion);
        sender.sendRaw(topics.feedback(), null, GARBAGE);
        sender.sendRaw(topics.feedback(), "acme/t", null);
        sender.sendRaw(topics.feedback(), "acme/t-newer", newer.withANewKind(thumb));
        sender.sendRaw(topics.judgedCompletions(), "acme/p", GARBAGE);
        sender.send(Events.completion("p", "t", "c", "x".repeat(TEN_MEGABYTES)));

        sender.send(Events.completion("p-newer", "t-newer", "t-newer-good", "polite"));
        sender.send(Events.completion("p-newer", "t-newer", "t-newer-bad", "rude"));
        sender.send(Events.thumb("e-up", "t-newer", "ann", NOON, "t-newer-good", Thumb.UP));
        sender.sendRaw(topics.feedback(), "acme/t-newer", newer.withANewField(thumb));
    }

    private static void sendPair(EventSender sender, String turn) {
        sender.send(Events.completion("p-" + turn, turn, turn + "a", "text a"));
        sender.send(Events.completion("p-" + turn, turn, turn + "b", "text b"));
        sender.send(Events.pick("e-" + turn, turn, "ann", NOON, turn + "a", turn + "b"));
    }

    private static double pairs(PairingProcess pairing) {
        return pairing.metric("attune_pairing_pairs_total").orElse(0);
    }

    private static List<DeadLetter> deadLetters(Platform platform, Topics topics) {
        return platform.readAll(topics.deadLetters()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    /** So that a record can be as large as no gateway sends it. */
    private static void allowLargeRecords(Platform platform, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "16777216"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
