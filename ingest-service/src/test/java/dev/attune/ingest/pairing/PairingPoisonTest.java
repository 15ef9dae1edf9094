package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.embedded.FreePorts;
import dev.attune.embedded.RegistryProcess;
import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.JudgedTurn;
import dev.attune.events.Thumb;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import io.confluent.kafka.schemaregistry.client.rest.RestService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    /** Text and type of schemas that somebody else registered, and with whose ids records come. */
    private static final Map<String, String> FOREIGN_SCHEMAS = Map.of(
            "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\"}", "JSON",
            "syntax = \"proto3\"; message Feedback { string id = 1; }", "PROTOBUF",
            "\"string\"", "AVRO",
            "{\"type\": \"record\", \"name\": \"Empty\", \"fields\": []}", "AVRO");

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
                assertThat(deadLetters(platform, topics)).hasSizeGreaterThanOrEqualTo(2 * (9 + FOREIGN_SCHEMAS.size()));
            });
            assertThat(pairing.stop()).contains("streams: NOT_RUNNING");
        }

        List<DeadLetter> letters = deadLetters(platform, topics);
        assertThat(letters)
                .extracting(letter ->
                        letter.getSourceTopic() + "-" + letter.getSourcePartition() + "@" + letter.getSourceOffset())
                .doesNotHaveDuplicates();
        assertThat(reasons(letters, topics.feedback()))
                .isEqualTo(Map.of(
                        "not_wire_format", 2,
                        "unknown_schema_id", 2,
                        "incompatible_schema", 2 * (1 + FOREIGN_SCHEMAS.size()),
                        "null_key", 2,
                        "null_value", 2,
                        "unknown_kind", 2));
        assertThat(reasons(letters, topics.completions()))
                .isEqualTo(Map.of("record_too_large", 2, "incompatible_schema", 2));
        assertThat(letters)
                .filteredOn(letter -> letter.getReason().equals("record_too_large"))
                .allSatisfy(letter -> {
                    assertThat(letter.getDetail()).contains("10000", "limits.maxRecordBytes");
                    assertThat(letter.getTenant()).isEqualTo("acme");
                    assertThat(letter.getValue()).isNull();
                });
        assertThat(reasons(letters, topics.judgedTurns())).isEqualTo(Map.of("not_wire_format", 2));
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

    @Test
    void aNewSchemaWhileTheRegistryIsAwayEndsTheProcessAndCostsNothing(Platform platform) throws Exception {
        Topics topics = platform.createTopics(2);
        int port = FreePorts.one();
        RegistryProcess registry = RegistryProcess.start(port, folder.resolve("registry"));
        AvroSerdes serdes = new AvroSerdes(RegistryClients.create(registry.url(), Map.of()));
        try (PairingProcess pairing = new PairingProcess(platform, registry.url(), topics, folder, "0", "");
                EventSender sender = new EventSender(platform, serdes, topics)) {
            sendPair(sender, "t1");
            sender.flush();
            await().atMost(BOUND).pollInterval(LOOK).until(() -> pairs(pairing) == 1);

            FeedbackGiven flip = Events.pick("flip", "t1", "ann", NOON.plusSeconds(1), "t1b", "t1a");
            byte[] newer = new NewerFeedback(serdes, topics.feedback()).withANewField(flip);
            registry.close();
            sender.sendRaw(topics.feedback(), "acme/t1", newer);
            sendPair(sender, "t2");
            sender.flush();
            assertThat(pairing.awaitEnd()).contains("schema registry did not answer for schema id");

            try (RegistryProcess again = RegistryProcess.start(port, folder.resolve("registry"))) {
                assertThat(again.url()).isEqualTo(registry.url());
                pairing.startAgain();
                pairing.awaitReady();
                await().atMost(BOUND).pollInterval(LOOK).untilAsserted(() -> {
                    assertThat(chosen(pairing, "t1")).isEqualTo("t1b");
                    assertThat(chosen(pairing, "t2")).isEqualTo("t2a");
                });
                assertThat(pairing.stop()).contains("streams: NOT_RUNNING");
            }
            assertThat(deadLetters(platform, topics)).isEmpty();
        } finally {
            registry.close();
        }
    }

    /** Records that are set aside, nine and one for each foreign schema, and one with a newer schema that counts. */
    private static void sendPoison(EventSender sender, Platform platform, Topics topics) throws Exception {
        NewerFeedback newer = new NewerFeedback(platform.serdes(), topics.feedback());
        byte[] completion = platform.serdes()
                .serializer(CompletionServed.class)
                .serialize(topics.completions().name(), Events.completion("p", "t", "c", "text"));
        FeedbackGiven thumb = Events.thumb("e-newer", "t-newer", "ann", NOON, "t-newer-bad", Thumb.DOWN);
        sender.sendRaw(topics.feedback(), "acme/t", GARBAGE);
        sender.sendRaw(topics.feedback(), "acme/t", new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3});
        sender.sendRaw(topics.feedback(), "acme/t", completion);
        // It has all that a completion needs, and is none.
        sender.sendRaw(
                topics.completions(),
                "acme/t",
                platform.serdes()
                        .serializer(JudgedTurn.class)
                        .serialize(topics.judgedTurns().name(), judged()));
        RestService registry = new RestService(platform.registryUrl());
        for (Map.Entry<String, String> schema : FOREIGN_SCHEMAS.entrySet()) {
            String subject = topics.prefix() + "foreign-" + schema.getKey().hashCode();
            int id = registry.registerSchema(schema.getKey(), schema.getValue(), List.of(), subject)
                    .getId();
            byte[] record = ByteBuffer.allocate(8).put((byte) 0).putInt(id).array();
            sender.sendRaw(topics.feedback(), "acme/t", record);
        }
        sender.sendRaw(topics.feedback(), null, GARBAGE);
        sender.sendRaw(topics.feedback(), "acme/t", null);
        sender.sendRaw(topics.feedback(), "acme/t-newer", newer.withANewKind(thumb));
        sender.sendRaw(topics.judgedTurns(), "acme/p", GARBAGE);
        sender.send(Events.completion("p", "t", "c", "x".repeat(TEN_MEGABYTES)));

        sender.send(Events.completion("p-newer", "t-newer", "t-newer-good", "polite"));
        sender.send(Events.completion("p-newer", "t-newer", "t-newer-bad", "rude"));
        sender.send(Events.thumb("e-up", "t-newer", "ann", NOON, "t-newer-good", Thumb.UP));
        sender.sendRaw(topics.feedback(), "acme/t-newer", newer.withANewField(thumb));
    }

    private static JudgedTurn judged() {
        return JudgedTurn.newBuilder()
                .setEventId("judged")
                .setTenant(Events.TENANT)
                .setTurnId("t")
                .setPromptId("p")
                .build();
    }

    private static void sendPair(EventSender sender, String turn) {
        sender.send(Events.completion("p-" + turn, turn, turn + "a", "text a"));
        sender.send(Events.completion("p-" + turn, turn, turn + "b", "text b"));
        sender.send(Events.pick("e-" + turn, turn, "ann", NOON, turn + "a", turn + "b"));
    }

    private static double pairs(PairingProcess pairing) {
        return pairing.metric("attune_pairing_pairs_total").orElse(0);
    }

    /** As pairing itself says, whose registry is not the platform's. */
    private static String chosen(PairingProcess pairing, String turn) throws Exception {
        String answer =
                pairing.ask("/v1/turns/" + turn, PairingProcess.ACME_KEY).body();
        return new ObjectMapper()
                .readTree(answer)
                .at("/prompts/0/pairs/0/chosen")
                .asText();
    }

    private static Map<String, Integer> reasons(List<DeadLetter> letters, Topic<?> source) {
        return letters.stream()
                .filter(letter -> letter.getSourceTopic().equals(source.name()))
                .collect(Collectors.toMap(DeadLetter::getReason, letter -> 1, Integer::sum));
    }

    private static List<DeadLetter> deadLetters(Platform platform, Topics topics) {
        return platform.readAll(topics.deadLetters()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    /** So that a record can be as large as no gateway sends it. */
    private static void allowLargeRecords(Platform platform, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            admin.incrementalAlterConfigs(Map.of(
                            resource,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "16777216"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            // The broker learns of it a moment after the controller.
            await().atMost(BOUND)
                    .until(() -> "16777216"
                            .equals(admin.describeConfigs(List.of(resource))
                                    .all()
                                    .get()
                                    .get(resource)
                                    .get("max.message.bytes")
                                    .value()));
        }
    }
}
