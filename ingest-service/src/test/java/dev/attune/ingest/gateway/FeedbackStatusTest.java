package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.embedded.ChildProcess;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ExampleTrained;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.ingest.gateway.openapi.Contract;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.ingest.pairing.PairingService;
import dev.attune.ingest.status.StatusMain;
import dev.attune.kit.ConfigFile;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Gateway, pairing and the status application on a real broker; the trainer's and the publisher's records are written here. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class FeedbackStatusTest {
    private static final Contract CONTRACT = Contract.read();
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String UP = "01900000-0000-7000-8000-000000000001";
    private static final String DOWN = "01900000-0000-7000-8000-000000000002";
    private static final String LONELY = "01900000-0000-7000-8000-000000000003";
    private static final String TAKEN_BACK = "01900000-0000-7000-8000-000000000004";
    private static final List<String> ALL = List.of(UP, DOWN, LONELY, TAKEN_BACK);

    @TempDir
    private Path folder;

    @Test
    void anEventsFateIsToldThroughKillsAndRestarts(Platform platform) throws Exception {
        Topics topics = platform.createTopics(3);
        Path config = Files.writeString(folder.resolve("status.yaml"), statusYaml(platform, topics));
        try (PairingService _ = PairingService.start(pairing(platform, topics));
                Gateway gateway = start(platform, topics, "one");
                Http http = ready(gateway)) {
            ChildProcess status = status(config);
            try {
                send(http);
                JsonNode paired = await(http, UP, "PAIRED");
                assertThat(paired.get("activePairs").longValue()).isEqualTo(1);
                assertThat(paired.get("turnId").textValue()).isEqualTo("t1");
                assertThat(paired.get("acceptedAt").textValue()).isNotEmpty();
                await(http, DOWN, "PAIRED");
                assertThat(await(http, LONELY, "ACCEPTED").get("hint").textValue())
                        .contains("GET /v1/turns/t2");
                await(http, TAKEN_BACK, "RETRACTED");

                // What happens while it is away is told afterwards, once.
                status.destroyForcibly();
                String pairId = paired.at("/pairs/0/pairId").textValue();
                trainAndServe(platform, topics, pairId);
                status.close();
                status = status(config);

                JsonNode served = await(http, UP, "SERVED");
                assertThat(served.at("/trainedIn/0").toString())
                        .isEqualTo("{\"version\":\"v1\",\"modelId\":\"support\",\"trainedAt\":\"2026-11-01T12:00:00Z\","
                                + "\"examples\":1,\"servingState\":\"SUPERSEDED\",\"servedIn\":\"v2\"}");
                assertThat(served.get("trainedExamples").longValue()).isEqualTo(1);
                await(http, DOWN, "SERVED");
                onlyItsOwnTenantSeesIt(http);

                List<String> before = statuses(http);
                status.destroyForcibly();
                status.close();
                delete(folder.resolve("status-state"));
                status = status(config);
                // Its state is rebuilt, and what comes then is told on top of it.
                http.post("/v1/feedback", thumb(LONELY.replace("03", "05"), "t3", "c9", "bob", "up"));
                await(http, LONELY.replace("03", "05"), "ACCEPTED");
                assertThat(statuses(http)).isEqualTo(before);

                anotherGatewayReadsTheSame(platform, topics, before);
            } finally {
                status.close();
            }
        }
    }

    @Test
    void withoutAFolderTheRouteNamesTheSetting(Platform platform) throws Exception {
        try (ReadyGateway gateway = ReadyGateway.start(platform, 1)) {
            Http.Answer answer = get(gateway.http(), UP, Http.KEY);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().get("reason").textValue()).isEqualTo("status_off");
            assertThat(answer.json().get("detail").textValue()).contains("status.directory");
        }
    }

    @Test
    void aGatewayWhoseCopyCannotBeReadTakesEventsAllTheSame(Platform platform) throws Exception {
        // Its own topics are there; that of the statuses is not, so that the copy is never complete.
        Topics topics = platform.createTopics(1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            admin.deleteTopics(List.of(topics.feedbackStatus().name())).all().get();
        }
        try (Gateway gateway = start(platform, topics, "none");
                Http http = ready(gateway)) {
            assertThat(http.post("/v1/feedback", thumb(UP, "t1", "c1", "ann", "up"))
                            .status())
                    .isEqualTo(202);
            Http.Answer answer = get(http, UP, Http.KEY);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().get("reason").textValue()).isEqualTo("status_not_ready");
            assertThat(answer.header("retry-after")).isEqualTo("1");
        }
    }

    private static void send(Http http) {
        for (String id : List.of("c1", "c2")) {
            post(http, "/v1/completions", """
                    {"turnId": "t1", "completionId": "%s", "messages": [{"role": "user", "content": "Hi"}],
                     "text": "Answer %s"}""".formatted(id, id));
        }
        post(http, "/v1/feedback", thumb(UP, "t1", "c1", "ann", "up"));
        post(http, "/v1/feedback", thumb(DOWN, "t1", "c2", "ann", "down"));
        post(http, "/v1/feedback", thumb(LONELY, "t2", "c3", "ann", "up"));
        post(http, "/v1/feedback", thumb(TAKEN_BACK, "t1", "c1", "bob", "down"));
        post(http, "/v1/feedback", """
                {"kind": "retraction", "turnId": "t1", "userId": "bob", "retractedEventId": "%s"}""".formatted(TAKEN_BACK));
    }

    private static String thumb(String eventId, String turnId, String completionId, String user, String thumb) {
        return """
                {"eventId": "%s", "kind": "thumb", "turnId": "%s", "completionId": "%s", "userId": "%s", "thumb": "%s"}""".formatted(eventId, turnId, completionId, user, thumb);
    }

    private static void post(Http http, String path, String body) {
        assertThat(http.post(path, body).status()).isEqualTo(202);
    }

    /** v1 learned from the pair; v2 grew from v1, and serves. */
    private static void trainAndServe(Platform platform, Topics topics, String pairId) throws Exception {
        Instant at = Instant.parse("2026-11-01T12:00:00Z");
        write(
                platform,
                topics.trainedExamples(),
                "demo/" + pairId,
                ExampleTrained.newBuilder()
                        .setEventId("x")
                        .setTenant("demo")
                        .setOwner("owner")
                        .setModelId("support")
                        .setOccurredAt(at)
                        .setVersion("v1")
                        .setPairId(pairId)
                        .setFeedbackEventIds(List.of(UP, DOWN))
                        .build());
        for (String version : List.of("v1", "v2")) {
            write(
                    platform,
                    topics.checkpoints(),
                    "owner/support/" + version,
                    CheckpointCommitted.newBuilder()
                            .setEventId(version)
                            .setTenant("owner")
                            .setModelId("support")
                            .setVersion(version)
                            .setParent(version.equals("v1") ? null : "v1")
                            .build());
            write(
                    platform,
                    topics.releases(),
                    "owner/support/" + version,
                    ReleaseChanged.newBuilder()
                            .setEventId(version)
                            .setTenant("owner")
                            .setModelId("support")
                            .setOccurredAt(at)
                            .setVersion(version)
                            .setState(version.equals("v1") ? ReleaseState.SUPERSEDED : ReleaseState.PROMOTED)
                            .build());
        }
    }

    private static <T extends SpecificRecord> void write(Platform platform, Topic<T> topic, String key, T value)
            throws Exception {
        try (KafkaProducer<String, T> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new StringSerializer(),
                platform.serdes().serializer(topic.valueType()))) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        }
    }

    private static void onlyItsOwnTenantSeesIt(Http http) {
        assertThat(get(http, UP, TestConfigs.OTHER_KEY).status()).isEqualTo(404);
        assertThat(get(http, UP, TestConfigs.OTHER_KEY).json().get("reason").textValue())
                .isEqualTo("event_not_found");
        assertThat(get(http, UP, "nobody's key").status()).isEqualTo(401);
        assertThat(get(http, "no-uuid", Http.KEY).status()).isEqualTo(422);
        assertThat(get(http, UP.toUpperCase(Locale.ROOT), Http.KEY).status()).isEqualTo(200);
    }

    private void anotherGatewayReadsTheSame(Platform platform, Topics topics, List<String> before) {
        try (Gateway other = start(platform, topics, "two");
                Http http = ready(other)) {
            Awaitility.await("the other copy")
                    .atMost(BOUND)
                    .until(() -> get(http, UP, Http.KEY).status() == 200);
            assertThat(statuses(http)).isEqualTo(before);
        }
    }

    private static List<String> statuses(Http http) {
        return ALL.stream().map(id -> get(http, id, Http.KEY).text()).toList();
    }

    private static JsonNode await(Http http, String eventId, String state) {
        return Awaitility.await(eventId + " to be " + state)
                .atMost(BOUND)
                .until(
                        () -> get(http, eventId, Http.KEY),
                        // A pair may be heard of before what it rests on.
                        answer -> answer.status() == 200
                                && !answer.json().get("acceptedAt").isNull()
                                && answer.json().get("state").textValue().equals(state))
                .json();
    }

    private static Http.Answer get(Http http, String eventId, String key) {
        // Refuses every answer that is not as the API's document has it.
        return new CheckedHttp(http, CONTRACT).get("/v1/feedback/" + eventId, "Authorization", "Bearer " + key);
    }

    private Gateway start(Platform platform, Topics topics, String name) {
        GatewayConfig plain = TestConfigs.config(platform, topics);
        return Gateway.start(TestConfigs.with(plain, new StatusSettings(folder.resolve("gateway-" + name), 16)));
    }

    private static Http ready(Gateway gateway) {
        Http http = new Http(gateway.port());
        Awaitility.await("the gateway")
                .atMost(BOUND)
                .until(() -> http.get("/health/ready").status() == 200);
        return http;
    }

    private ChildProcess status(Path config) {
        return ChildProcess.startMain(
                "status",
                StatusMain.class,
                // RocksDB's unpacked library would outlive a kill in the shared folder.
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder),
                List.of("--config", config.toString()),
                folder.resolve("status.log"));
    }

    private String statusYaml(Platform platform, Topics topics) {
        return """
                kafka: {bootstrapServers: "%s", properties: {session.timeout.ms: "6000"}}
                schemaRegistry: {url: "%s"}
                admin: {host: 127.0.0.1, port: 0}
                topicPrefix: %s
                applicationId: %sstatus
                instanceId: "0"
                stateDir: %s
                storeMegabytes: 16
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        topics.prefix(),
                        folder.resolve("status-state"));
    }

    private PairingConfig pairing(Platform platform, Topics topics) throws Exception {
        Path file = Files.writeString(folder.resolve("pairing.yaml"), """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                admin: {host: 127.0.0.1, port: 0}
                topicPrefix: %s
                applicationId: %spairing
                stateDir: %s
                storeMegabytes: 16
                emission: {quietPeriod: 200ms, maxDelay: 1s}
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        topics.prefix(),
                        folder.resolve("pairing-state")));
        return ConfigFile.load(file, PairingConfig.class);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
