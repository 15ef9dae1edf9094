package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.gateway.openapi.Contract;
import dev.attune.ingest.gateway.openapi.Contract.Operation;
import dev.attune.ingest.gateway.openapi.DerivedCases;
import dev.attune.ingest.gateway.openapi.DerivedCases.Case;
import dev.attune.ingest.gateway.route.ApiRoutes;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The document held against the running gateway, in both directions. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiContractTest {
    private static final String THUMB = """
            {"kind": "thumb", "turnId": "t1", "completionId": "c1", "userId": "jane", "thumb": "up"}""";

    private static final String[] BEARER = {"Authorization", "Bearer " + Http.KEY};

    private final Contract contract = Contract.read();
    private Gateway gateway;
    private Http plain;
    private CheckedHttp http;

    @BeforeAll
    void start(Platform platform) throws Exception {
        gateway = Gateway.start(config(platform.bootstrapServers(), platform.registryUrl(), platform.createTopics(1)));
        plain = new Http(gateway.port());
        http = new CheckedHttp(plain, contract);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> http.get("/health/ready").status() == 200);
    }

    @AfterAll
    void stop() {
        plain.close();
        gateway.close();
    }

    /** With the limits that the document names. */
    private static GatewayConfig config(String bootstrapServers, String registryUrl, Topics topics) {
        return new GatewayConfig(
                new HttpSettings("127.0.0.1", 0, 1_048_576),
                new KafkaSettings(bootstrapServers, Map.of()),
                new SchemaRegistrySettings(registryUrl, Map.of()),
                topics.prefix(),
                "support",
                TestConfigs.tenants(),
                TestKeys.access(),
                LimitSettings.DEFAULTS,
                Duration.ofSeconds(2),
                67_108_864,
                StatusSettings.none(),
                true);
    }

    @Test
    void theServersRoutesAreTheDocumentsOperations() {
        Set<String> documented =
                contract.operations().stream().map(Operation::toString).collect(Collectors.toCollection(TreeSet::new));
        Set<String> served = gateway.routes().stream()
                .map(route -> route.method().text() + " " + documentedPath(route))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(served);
    }

    /** A name that may hold slashes has a plus in the server's pattern, which OpenAPI does not have. */
    private static String documentedPath(ApiRoutes.Route route) {
        return route.path().replace("{+", "{");
    }

    @Test
    void whatNeedsACredentialIsDocumentedSo() {
        gateway.routes().forEach(route -> {
            Operation operation = contract.operation(route.method().text(), documentedPath(route))
                    .orElseThrow();
            JsonNode security = operation.node().path("security");

            assertThat(security.isArray() && security.isEmpty())
                    .as(operation.toString())
                    .isEqualTo(route.isOpen());
        });
    }

    @TestFactory
    Stream<DynamicTest> everyRequestInTheDocumentIsTaken() {
        List<DynamicTest> tests = new ArrayList<>();
        bodies().forEach(body -> body.node()
                .path("examples")
                .properties()
                .forEach(example -> tests.add(DynamicTest.dynamicTest(
                        body.operation() + " " + example.getKey(),
                        () -> assertThat(http.post(
                                                body.operation().path(),
                                                example.getValue().get("value").toString())
                                        .status())
                                .isEqualTo(body.goodStatus())))));
        assertThat(tests).hasSizeGreaterThanOrEqualTo(10);
        return tests.stream();
    }

    /** Every request example, changed in one place as its schema suggests. */
    @TestFactory
    Stream<DynamicTest> theGatewayTakesAndRefusesWhatTheDocumentSays() {
        List<DynamicTest> tests = new ArrayList<>();
        bodies().forEach(body -> body.node()
                .path("examples")
                .properties()
                .forEach(example -> DerivedCases.of(contract, body.node().get("schema"), (ObjectNode)
                                example.getValue().get("value"))
                        .forEach(one -> tests.add(DynamicTest.dynamicTest(
                                body.operation() + " " + example.getKey() + " " + one.name(),
                                () -> check(body, one))))));
        assertThat(tests).hasSizeGreaterThan(400);
        return tests.stream();
    }

    private void check(Body body, Case one) {
        Http.Answer answer = http.post(body.operation().path(), one.body().toString());

        if (one.refusal().isEmpty()) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(body.goodStatus());
        } else {
            assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            assertThat(answer.json().path("reason").asText())
                    .isEqualTo(one.refusal().get().reason().tag());
            assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                    .contains(one.refusal().get().pointer());
        }
    }

    /** What an operation takes. */
    private record Body(Operation operation, JsonNode node, int goodStatus) {}

    private Stream<Body> bodies() {
        return contract.operations().stream()
                .filter(operation -> operation.node().has("requestBody"))
                .map(operation -> new Body(
                        operation, operation.node().at("/requestBody/content/application~1json"), good(operation)));
    }

    private static int good(Operation operation) {
        for (String status : (Iterable<String>) operation.node().path("responses")::fieldNames) {
            if (status.startsWith("2")) {
                return Integer.parseInt(status);
            }
        }
        throw new AssertionError(operation + " has no good answer");
    }

    @Test
    void otherRefusalsAreAnsweredAsDocumented() {
        byte[] body = THUMB.getBytes(StandardCharsets.UTF_8);
        byte[] large = new byte[1_048_577];
        byte[] broken = {'{', '"', (byte) 0xff, '"', '}'};

        assertThat(http.post("/v1/feedback", body, Map.of("Authorization", "")).status())
                .isEqualTo(401);
        assertThat(http.post("/v1/feedback", body, Map.of("Content-Type", "text/plain"))
                        .status())
                .isEqualTo(415);
        assertThat(http.post("/v1/feedback", large, Map.of()).status()).isEqualTo(413);
        assertThat(http.post("/v1/feedback", broken, Map.of()).status()).isEqualTo(400);
        assertThat(http.post("/v1/feedback", "[]").status()).isEqualTo(400);
        assertThat(http.send("PUT", "/v1/feedback").status()).isEqualTo(405);
        assertThat(http.get("/v2/feedback").status()).isEqualTo(404);
        assertThat(http.get("/v1/feedback/0190d1f2-3c4b-7a5d-8e6f-000000000001").status())
                .isEqualTo(401);
        assertThat(http.get("/v1/feedback/0190d1f2-3c4b-7a5d-8e6f-000000000001", BEARER)
                        .status())
                .isEqualTo(404);
        assertThat(http.get("/v1/feedback/17", BEARER).status()).isEqualTo(422);
        assertThat(http.send("DELETE", "/v1/users/jane").status()).isEqualTo(401);
        assertThat(http.send("DELETE", "/v1/users/jane", BEARER).status()).isEqualTo(403);
        assertThat(http.send("DELETE", "/v1/users/jane", "Authorization", TestKeys.bearer(TestKeys.ADMIN))
                        .status())
                .isEqualTo(202);
        assertThat(http.get("/docs/other.js").status()).isEqualTo(404);
    }

    @Test
    void aGatewayWithoutKafkaAnswersAsDocumented() throws Exception {
        GatewayConfig config = config("127.0.0.1:1", "http://127.0.0.1:1", new Topics("nowhere."));
        try (Gateway away = Gateway.start(config);
                Http awayPlain = new Http(away.port())) {
            CheckedHttp awayHttp = new CheckedHttp(awayPlain, contract);

            assertThat(awayHttp.post("/v1/feedback", THUMB).status()).isEqualTo(503);
            assertThat(awayHttp.get("/health/ready").status()).isEqualTo(503);
            assertThat(awayHttp.get("/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void anEventIsNamedByAKeyAsDocumented() {
        String withoutId = THUMB.replace("{", "{\"turnId\": \"by-key\", ").replace("\"turnId\": \"t1\", ", "");
        String longest = "k"
                .repeat(contract.at("#/components/parameters/idempotencyKey/schema")
                        .get("maxLength")
                        .asInt());
        Http.Answer first = http.post("/v1/feedback", withoutId.getBytes(StandardCharsets.UTF_8), key(longest));
        Http.Answer second = http.post("/v1/feedback", withoutId.getBytes(StandardCharsets.UTF_8), key(longest));

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.text()).isEqualTo(first.text());
        for (String wrong : List.of(longest + "k", "a b")) {
            assertThat(http.post("/v1/feedback", withoutId.getBytes(StandardCharsets.UTF_8), key(wrong))
                            .status())
                    .isEqualTo(422);
        }
    }

    private static Map<String, String> key(String key) {
        return Map.of("Idempotency-Key", key);
    }

    @Test
    void theItemsOfABatchAreAnsweredAsDocumented() {
        Http.Answer answer = http.post("/v1/batch", """
                {"items": [{"feedback": %s}, {"feedback": {"kind": "thumb"}}, {"completion": {"stars": 5}}, {"vote": {}}, 7]}""".formatted(THUMB));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("items").findValuesAsText("status")).contains("202", "422");
    }

    @Test
    void operationsAnswerAsDocumented() {
        assertThat(http.get("/health/live").status()).isEqualTo(200);
        assertThat(http.get("/metrics").status()).isEqualTo(200);
        assertThat(http.get("/openapi.json").json()).isEqualTo(contract.root());
    }
}
