package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a request can be wrong, and what its sender is told. Nothing of it reaches Kafka. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayRefusalsTest {
    private static final String COMPLETION = """
            {"turnId": "t1", "completionId": "c1", "messages": [{"role": "user", "content": "Hi"}], "text": "Hello"}""";
    private static final String THUMB = """
            {"kind": "thumb", "turnId": "t1", "completionId": "c1", "userId": "jane", "thumb": "up"}""";
    private static final String PICK = """
            {"kind": "pick", "turnId": "t1", "userId": "jane", "pick": "chosen",
             "chosenCompletionId": "c1", "rejectedCompletionId": "c2"}""";

    private static final String EDIT = """
            {"turnId": "t1", "userId": "jane", "completionId": "c1", "kind": "edit", "editedText": "Hello!", \
            "messages": [{"role": "user", "content": "Hi"}], "completions": [{"completionId": "c1", "text": "Hello"}]}""";

    private Platform platform;
    private Topics topics;
    private ReadyGateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        gateway = ReadyGateway.start(platform, 1);
        topics = gateway.topics();
        http = gateway.http();
    }

    @AfterAll
    void stop() {
        // Nothing that was refused was stored.
        assertThat(platform.readAll(topics.completions())).isEmpty();
        assertThat(platform.readAll(topics.feedback())).isEmpty();
        gateway.close();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // replaced in a right completion | by | pointer | reason | part of the detail
                ", \"text\": \"Hello\" | | /text | missing_field | has to be sent",
                "\"text\": \"Hello\" | \"text\": null | /text | missing_field | has to be sent",
                "\"text\": \"Hello\" | \"text\": true | /text | invalid_field | must be a string, but is true",
                "\"text\": \"Hello\" | \"text\": \"\\ud83d\" | /text | invalid_field | surrogate",
                "\"t1\" | \"a/b\" | /turnId | invalid_field | 1 to 128 characters",
                "\"t1\" | \"\" | /turnId | invalid_field | 1 to 128 characters",
                "\"t1\" | 17 | /turnId | invalid_field | must be a string, but is 17",
                "\"c1\" | \"c 1\" | /completionId | invalid_field | 1 to 128 characters",
                "[{\"role\": \"user\", \"content\": \"Hi\"}] | [] | /messages | invalid_field | at least one entry",
                "[{\"role\": \"user\", \"content\": \"Hi\"}] | \"Hi\" | /messages | invalid_field | must be a list, but is 'Hi'",
                "[{\"role\": \"user\", \"content\": \"Hi\"}] | [\"Hi\"] | /messages/0 | invalid_field | must be an object, but is 'Hi'",
                "\"role\": \"user\" | \"role\": \"bot\" | /messages/0/role | invalid_field | must be system, user, assistant or tool",
                "\"role\": \"user\", | | /messages/0/role | missing_field | has to be sent",
                ", \"content\": \"Hi\" | | /messages/0/content | missing_field | has to be sent",
                "\"content\": \"Hi\" | \"content\": [\"Hi\"] | /messages/0/content | invalid_field | must be a string, but is a list",
                "\"content\": \"Hi\" | \"content\": \"Hi\", \"name\": \"x\" | /messages/0/name | unknown_field | known are: role, content",
                "\"turnId\": | \"tenant\": \"other\", \"turnId\": | /tenant | unknown_field | known are: eventId, turnId",
                "\"turnId\": | \"a/b~c\": 1, \"turnId\": | /a~1b~0c | unknown_field | is not known here",
                "\"turnId\": | \"eventId\": \"17\", \"turnId\": | /eventId | invalid_field | must be a UUID",
                "\"turnId\": | \"eventId\": 17, \"turnId\": | /eventId | invalid_field | must be a string",
                "\"turnId\": | \"modelId\": \"a b\", \"turnId\": | /modelId | invalid_field | 1 to 128 characters",
                "\"turnId\": | \"modelVersion\": \"a/b\", \"turnId\": | /modelVersion | invalid_field | 1 to 128 characters",
                "\"turnId\": | \"userId\": \" \", \"turnId\": | /userId | invalid_field | 1 to 256 characters",
                "\"turnId\": | \"userId\": \"a\\u0000b\", \"turnId\": | /userId | invalid_field | no control characters",
                "\"turnId\": | \"occurredAt\": \"yesterday\", \"turnId\": | /occurredAt | invalid_field | must be a time such as",
                "\"turnId\": | \"occurredAt\": 1700000000, \"turnId\": | /occurredAt | invalid_field | must be a string",
                "\"turnId\": | \"occurredAt\": \"2999-01-01T00:00:00Z\", \"turnId\": | /occurredAt | invalid_field | 10 minutes from now",
                "\"turnId\": | \"occurredAt\": \"1970-01-01T00:00:00Z\", \"turnId\": | /occurredAt | invalid_field | the year 2000",
                "\"turnId\": | \"sampling\": 1, \"turnId\": | /sampling | invalid_field | must be an object, but is 1",
                "\"turnId\": | \"sampling\": {\"temperature\": -1}, \"turnId\": | /sampling/temperature | invalid_field | from 0.0 to 100.0",
                "\"turnId\": | \"sampling\": {\"topP\": 1.5}, \"turnId\": | /sampling/topP | invalid_field | from 0.0 to 1.0",
                "\"turnId\": | \"sampling\": {\"maxTokens\": 0}, \"turnId\": | /sampling/maxTokens | invalid_field | a whole number from 1",
                "\"turnId\": | \"sampling\": {\"maxTokens\": 1.5}, \"turnId\": | /sampling/maxTokens | invalid_field | a whole number from 1",
                "\"turnId\": | \"sampling\": {\"seed\": 1e400}, \"turnId\": | /sampling/seed | invalid_field | a whole number",
                "\"turnId\": | \"sampling\": {\"top_p\": 1}, \"turnId\": | /sampling/top_p | unknown_field | known are: maxTokens, temperature, topP, seed",
                "\"turnId\": | \"tokenLogprobs\": [-1, 0.5], \"turnId\": | /tokenLogprobs/1 | invalid_field | to 0.0, but is 0.5",
                "\"turnId\": | \"tokenLogprobs\": [-1e999], \"turnId\": | /tokenLogprobs/0 | invalid_field | must be a number",
                "\"turnId\": | \"tokenLogprobs\": -1, \"turnId\": | /tokenLogprobs | invalid_field | must be a list, but is -1",
                "\"turnId\": | \"failure\": \"bored\", \"turnId\": | /failure | invalid_field | must be one of timeout, overloaded, error, but is 'bored'",
                "\"turnId\": | \"failure\": \"unknown\", \"turnId\": | /failure | invalid_field | must be one of timeout, overloaded, error",
                "\"turnId\": | \"failure\": true, \"turnId\": | /failure | invalid_field | must be one of timeout, overloaded, error, but is true",
                "\"text\": \"Hello\" | \"text\": 7, \"failure\": \"error\" | /text | invalid_field | must be a string, but is 7",
                "\"turnId\": | \"refused\": \"no\", \"turnId\": | /refused | invalid_field | must be true or false, but is 'no'",
                "\"turnId\": | \"latencyMs\": -1, \"turnId\": | /latencyMs | invalid_field | a whole number from 0 to 86400000, but is -1",
                "\"turnId\": | \"latencyMs\": 0.5, \"turnId\": | /latencyMs | invalid_field | a whole number from 0",
                "\"turnId\": | \"allowShadow\": 0, \"turnId\": | /allowShadow | invalid_field | must be true or false, but is 0",
            })
    void aCompletionWithAWrongField(
            String part, @Nullable String replacement, String pointer, String reason, String detail) {
        assertRefused("/v1/completions", COMPLETION, part, replacement, pointer, reason, detail);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"turnId\": \"t1\", | | /turnId | missing_field | or the prompt with the feedback",
                "\"kind\": \"thumb\", | | /kind | missing_field | has to be sent",
                "\"kind\": \"thumb\" | \"kind\": \"clap\" | /kind | invalid_field | must be one of thumb, pick, edit, regenerate, retraction, but is 'clap'",
                "\"kind\": \"thumb\" | \"kind\": 1 | /kind | invalid_field | must be one of thumb, pick, edit, regenerate, retraction, but is 1",
                "\"completionId\": \"c1\", | | /completionId | missing_field | has to be sent",
                "\"userId\": \"jane\", | | /userId | missing_field | has to be sent",
                "\"jane\" | \"\" | /userId | invalid_field | 1 to 256 characters",
                ", \"thumb\": \"up\" | | /thumb | missing_field | has to be sent",
                "\"thumb\": \"up\" | \"thumb\": \"sideways\" | /thumb | invalid_field | must be one of up, down, cleared, but is 'sideways'",
                "\"thumb\": \"up\" | \"thumb\": \"unknown\" | /thumb | invalid_field | must be one of up, down, cleared",
                "\"thumb\": \"up\" | \"thumb\": \"up\", \"pick\": \"tie\" | /pick | unknown_field | completionId, thumb",
                "\"turnId\": | \"allowTraining\": \"no\", \"turnId\": | /allowTraining | invalid_field | must be true or false, but is 'no'",
                "\"turnId\": | \"receivedAt\": \"2020-01-01T00:00:00Z\", \"turnId\": | /receivedAt | unknown_field | is not known here",
            })
    void aThumbWithAWrongField(
            String part, @Nullable String replacement, String pointer, String reason, String detail) {
        assertRefused("/v1/feedback", THUMB, part, replacement, pointer, reason, detail);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"pick\": \"chosen\", | | /pick | missing_field | has to be sent",
                "\"pick\": \"chosen\" | \"pick\": \"first\" | /pick | invalid_field | must be one of chosen, tie, both_bad, but is 'first'",
                "\"c1\" | \"c2\" | /rejectedCompletionId | invalid_field | another completion than chosenCompletionId",
                "\"chosenCompletionId\": \"c1\", | | /chosenCompletionId | missing_field | has to be sent",
                "\"rejectedCompletionId\": \"c2\" | \"rejectedCompletionId\": null | /rejectedCompletionId | missing_field | has to be sent",
            })
    void aPickWithAWrongField(String part, @Nullable String replacement, String pointer, String reason, String detail) {
        assertRefused("/v1/feedback", PICK, part, replacement, pointer, reason, detail);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"editedText\": \"Hello!\", | | /editedText | missing_field | has to be sent",
                "\"Hello!\" | 1 | /editedText | invalid_field | must be a string, but is 1",
                "\"completionId\": \"c1\", \"kind\" | \"kind\" | /completionId | missing_field | has to be sent",
                "\"edit\", \"editedText\": \"Hello!\" | \"retraction\", \"retractedEventId\": \"e1\" | /retractedEventId | invalid_field | must be a UUID",
                "\"edit\", \"editedText\": \"Hello!\" | \"retraction\" | /retractedEventId | missing_field | has to be sent",
                "\"edit\" | \"regenerate\" | /editedText | unknown_field | is not known here",
                ", \"completions\": [{\"completionId\": \"c1\", \"text\": \"Hello\"}] | | /completions | invalid_field | belong together",
                "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], | | /messages | invalid_field | belong together",
                "[{\"role\": \"user\", \"content\": \"Hi\"}] | [] | /messages | invalid_field | at least one entry",
                "\"role\": \"user\" | \"role\": \"bot\" | /messages/0/role | invalid_field | must be system, user",
                "[{\"completionId\": \"c1\" | [{\"completionId\": \"c2\" | /completions/0/completionId | invalid_field | that the feedback names",
                "[{\"completionId\": \"c1\" | [{\"completionId\": \"c1\", \"text\": \"\"}, {\"completionId\": \"c1\" | /completions | invalid_field | at most 1 entries",
                ", \"text\": \"Hello\" | | /completions/0/text | missing_field | has to be sent",
                "\"text\": \"Hello\" | \"text\": \"Hello\", \"userId\": \"x\" | /completions/0/userId | unknown_field | completionId, text",
            })
    void selfContainedFeedbackWithAWrongField(
            String part, @Nullable String replacement, String pointer, String reason, String detail) {
        assertRefused("/v1/feedback", EDIT, part, replacement, pointer, reason, detail);
    }

    @Test
    void allMistakesOfAnEventAreNamedAtOnce() {
        Http.Answer answer = http.post("/v1/completions", "{\"turnId\": \"\", \"tezt\": 1}");

        assertThat(answer.status()).isEqualTo(422);
        List<String> pointers = new ArrayList<>();
        answer.json()
                .get("errors")
                .forEach(error -> pointers.add(error.get("pointer").asText()));
        assertThat(pointers).containsExactly("/turnId", "/messages", "/text", "/tezt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "17",
                "null",
                "{\"turnId\": \"t1\", \"turnId\": \"t2\"}",
                "{} {}",
                "{'turnId': 1}",
                "{\"a\": NaN}",
                "{\"a\": \"secret words"
            })
    void aBodyThatIsNotOneJsonObject(String body) {
        Http.Answer answer = http.post("/v1/completions", body);

        assertProblem(answer, 400, "malformed_json");
        assertThat(answer.text()).doesNotContain("secret words");
    }

    @Test
    void deepNestingAndLongNumbersAreRefusedBeforeTheyCostAnything() {
        assertProblem(http.post("/v1/feedback", "{\"a\": " + "[".repeat(20_000)), 400, "malformed_json");
        assertThat(http.post("/v1/feedback", "{\"a\": " + "[".repeat(20_000)).text())
                .contains("nested deeper than 16");
        assertThat(http.post("/v1/feedback", "{\"a\": " + "9".repeat(20_000) + "}")
                        .text())
                .contains("more than 64 digits");
    }

    @Test
    void bytesThatAreNotUtf8() {
        byte[] body = COMPLETION.replace("Hello", "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);

        assertProblem(http.post("/v1/completions", body, Map.of()), 400, "invalid_utf8");
    }

    @Test
    void aBodyAboveTheLimitWithAndWithoutItsLengthAnnounced() {
        byte[] body = COMPLETION
                .replace("Hello", "x".repeat(TestConfigs.MAX_BODY_BYTES))
                .getBytes(StandardCharsets.UTF_8);

        Http.Answer announced = http.post("/v1/completions", body, Map.of());
        Http.Answer chunked = http.send(http.request("/v1/completions")
                .header("Authorization", "Bearer " + Http.KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertProblem(announced, 413, "body_too_large");
        assertProblem(chunked, 413, "body_too_large");
        assertThat(chunked.json().get("detail").asText()).contains("more than 65536 bytes");
    }

    @Test
    void anIdAndAKeyAtOnceOrAKeyThatCannotBeOne() {
        byte[] both = THUMB.replace("\"kind\"", "\"eventId\": \"0190d1f2-3c4b-7a5d-8e6f-0123456789ab\", \"kind\"")
                .getBytes(StandardCharsets.UTF_8);
        byte[] thumb = THUMB.getBytes(StandardCharsets.UTF_8);

        Http.Answer answer = http.post("/v1/feedback", both, Map.of("Idempotency-Key", "k1"));
        assertProblem(answer, 422, "invalid_field");
        assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo("/eventId");
        for (String key : List.of("a b", "k".repeat(256))) {
            assertProblem(http.post("/v1/feedback", thumb, Map.of("Idempotency-Key", key)), 422, "invalid_header");
        }
    }

    @Test
    void aTextThatIsTooLong() {
        Http.Answer answer = http.post("/v1/completions", COMPLETION.replace("Hello", "x".repeat(50_001)));

        assertProblem(answer, 422, "invalid_field");
        assertThat(answer.json().get("detail").asText())
                .isEqualTo("/text: must have at most 50000 characters, but has 50001: send less text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/json; charset=latin1", "application/xml"})
    void anotherContentType(String type) {
        Http.Answer answer =
                http.post("/v1/feedback", THUMB.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", type));

        assertProblem(answer, 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer wrong-key", "Basic ZGVtbzpkZW1v", "demo-key-0123456789"})
    void noKeyOrAWrongOne(String authorization) {
        Http.Answer answer = http.post(
                "/v1/feedback", THUMB.getBytes(StandardCharsets.UTF_8), Map.of("Authorization", authorization));

        assertProblem(answer, 401, "unauthenticated");
        assertThat(answer.header("www-authenticate")).startsWith("Bearer");
        assertThat(answer.text()).doesNotContain("wrong-key");
    }

    @Test
    void aClientThatBreaksOffItsBodyIsNoFailureOfTheGateway() throws Exception {
        // Given a request that announces more than it sends
        String request = "POST /v1/feedback HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + Http.KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"kind\"";

        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), gateway.gateway().port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> http.get("/metrics")
                        .text()
                        .contains(
                                "attune_gateway_rejections_total{reason=\"incomplete_body\",service=\"gateway\"} 1.0"));
        assertThat(http.get("/metrics").text())
                .contains("attune_gateway_rejections_total{reason=\"internal\",service=\"gateway\"} 0.0")
                .contains("attune_gateway_in_flight_bytes{service=\"gateway\"} 0.0");
    }

    @Test
    void anotherMethodOrPath() {
        Http.Answer method = http.get("/v1/feedback");
        Http.Answer path = http.post("/v1/feedbak", THUMB);

        assertProblem(method, 405, "method_not_allowed");
        assertThat(method.header("allow")).isEqualTo("POST");
        assertProblem(path, 404, "not_found");
    }

    private void assertRefused(
            String path,
            String right,
            String part,
            @Nullable String replacement,
            String pointer,
            String reason,
            String detail) {
        String body = right.replace(part, replacement == null ? "" : replacement);
        assertThat(body).isNotEqualTo(right);

        Http.Answer answer = http.post(path, body);

        assertProblem(answer, 422, reason);
        JsonNode error = answer.json().get("errors").get(0);
        assertThat(error.get("pointer").asText()).isEqualTo(pointer);
        assertThat(error.get("detail").asText()).contains(detail);
    }

    private static void assertProblem(Http.Answer answer, int status, String reason) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("reason").asText()).isEqualTo(reason);
        assertThat(problem.get("type").asText()).isEqualTo("urn:attune:problem:" + reason.replace('_', '-'));
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
    }
}
