package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.gateway.access.FeedbackTokenSettings;
import dev.attune.ingest.gateway.access.RateSettings;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.privacy.RedactionSettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feedback from pages: tokens instead of keys, and what browsers ask of a server. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserFeedbackTest {
    private static final String PAGE = "https://chat.example.org";
    private static final String OTHER_PAGE = "https://other.example.org:8443";
    private static final String EVENT = "0190d1f2-3c4b-7a5d-8e6f-0123456789ab";

    private Platform platform;
    private Topics topics;
    private Gateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        topics = platform.createTopics(2);
        FeedbackTokenSettings tokens = new FeedbackTokenSettings(true, Duration.ofHours(24), "k1", List.of());
        RateSettings rates = new RateSettings(1000, 0, 100, 0);
        gateway = Gateway.start(TestConfigs.config(
                platform,
                topics,
                List.of(
                        new TenantSettings(
                                "demo",
                                List.of(Http.KEY),
                                TestConfigs.SECRET,
                                RedactionSettings.OFF,
                                tokens,
                                List.of(PAGE),
                                rates),
                        new TenantSettings(
                                "other",
                                List.of(TestConfigs.OTHER_KEY),
                                TestConfigs.SECRET + " of the other one",
                                RedactionSettings.OFF,
                                tokens,
                                List.of(OTHER_PAGE),
                                RateSettings.none())),
                TestKeys.access()));
        http = new Http(gateway.port());
        ReadyGateway.awaitReady(http);
    }

    @AfterAll
    void stop() {
        http.close();
        gateway.close();
    }

    @Test
    void aTokenIsEnoughForAThumb() {
        String token = token("turn-thumb", "c1", "jane");

        Http.Answer answer = fromPage(token, "{\"kind\": \"thumb\", \"thumb\": \"up\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(PAGE);
        assertThat(answer.header("vary")).isEqualToIgnoringCase("origin");
        FeedbackGiven stored = feedback("turn-thumb");
        assertThat(stored.getCompletionId()).isEqualTo("c1");
        assertThat(stored.getModelId()).isEqualTo("support");
        // The same pseudonym as that of the user whom the completion names.
        http.post("/v1/feedback", """
                {"kind": "thumb", "turnId": "turn-same", "completionId": "c1", "userId": "jane", "thumb": "up"}""");
        assertThat(stored.getUserId()).isEqualTo(feedback("turn-same").getUserId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edit | {'kind': 'edit', 'editedText': 'Better'}",
                "again | {'kind': 'regenerate', 'turnId': 'turn-kind-again', 'completionId': 'c1', 'userId': 'jane'}",
                "back | {'kind': 'retraction', 'retractedEventId': '0190d1f2-3c4b-7a5d-8e6f-0123456789ab'}",
            })
    void itIsEnoughForWhatConcernsItsCompletion(String name, String body) {
        String token = token("turn-kind-" + name, "c1", "jane");

        assertThat(fromPage(token, body.replace('\'', '"')).status()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind': 'thumb', 'thumb': 'up', 'turnId': 'another'} | another turnId",
                "{'kind': 'thumb', 'thumb': 'up', 'completionId': 'c2'} | another completionId",
                "{'kind': 'thumb', 'thumb': 'up', 'userId': 'joe'} | another userId",
                "{'kind': 'thumb', 'thumb': 'up', 'modelId': 'another'} | another modelId",
                "{'kind': 'edit', 'editedText': 'x', 'messages': [{'role': 'user', 'content': 'x'}]} | does not allow messages",
                "{'kind': 'thumb', 'thumb': 'up', 'completions': [{'completionId': 'c1', 'text': 'x'}]} | does not allow completions",
                "{'kind': 'pick', 'pick': 'chosen', 'chosenCompletionId': 'c1', 'rejectedCompletionId': 'c2'} | needs the valid token",
            })
    void aBodyThatSaysOtherwiseIsForbidden(String body, String detail) {
        String token = token("turn-otherwise", "c1", "jane");

        Http.Answer answer = fromPage(token, body.replace('\'', '"'));

        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.json().get("reason").asText()).isEqualTo("forbidden");
        assertThat(answer.json().get("detail").asText()).contains(detail).doesNotContain("joe");
    }

    @Test
    void aPickNeedsTheTokensOfBoth() {
        String first = token("turn-pick", "c1", "jane");
        String second = token("turn-pick", "c2", "jane");
        String body = """
                {"kind": "pick", "pick": "chosen", "chosenCompletionId": "%s", "rejectedCompletionId": "%s",
                 "otherToken": "%s"}""";

        assertThat(fromPage(first, body.formatted("c2", "c1", second)).status()).isEqualTo(202);
        assertThat(feedback("turn-pick").getChosenCompletionId()).isEqualTo("c2");
        for (String wrong : List.of(
                body.formatted("c1", "c3", second),
                body.formatted("c1", "c2", first),
                body.formatted("c1", "c2", token("turn-pick", "c2", "joe")),
                body.formatted("c1", "c2", token("turn-pick-2", "c2", "jane")),
                body.formatted("c1", "c2", second + "x"))) {
            assertThat(fromPage(first, wrong).status()).as(wrong).isEqualTo(403);
        }
    }

    @Test
    void aRepeatedCompletionGetsTheSameTokenWhereItSaysWhenItWas() {
        String byEvent = """
                {"eventId": "%s", "turnId": "turn-again", "completionId": "c1", "userId": "jane",
                 "messages": [{"role": "user", "content": "Hi"}], "text": "Hello"}""".formatted(EVENT);
        String byTime = byEvent.replace("\"eventId\": \"" + EVENT + "\"", "\"occurredAt\": \"2026-11-24T08:00:00Z\"");

        assertThat(http.post("/v1/completions", byEvent).text())
                .contains("\"feedbackToken\":\"aft_")
                .isEqualTo(http.post("/v1/completions", byEvent).text());
        assertThat(http.post("/v1/completions", byTime).json().get("feedbackToken"))
                .isEqualTo(http.post("/v1/completions", byTime).json().get("feedbackToken"));
    }

    @Test
    void aCompletionWithoutUserHasNoToken() {
        Http.Answer answer = http.post("/v1/completions", """
                {"turnId": "turn-nobody", "completionId": "c1", "messages": [{"role": "user", "content": "Hi"}], "text": ""}""");

        assertThat(answer.json().has("feedbackToken")).isFalse();
    }

    @Test
    void anExpiredTokenIsToldToItsPage() {
        // A UUIDv7 of 2024: its token ended a day later.
        String body = """
                {"eventId": "%s", "turnId": "turn-old", "completionId": "c1", "userId": "jane",
                 "messages": [{"role": "user", "content": "Hi"}], "text": "Hello"}""".formatted(EVENT);
        String token =
                http.post("/v1/completions", body).json().get("feedbackToken").asText();

        Http.Answer answer = fromPage(token, "{\"kind\": \"thumb\", \"thumb\": \"up\"}");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().get("detail").asText()).contains("ended at 2024-07-2");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {PAGE, OTHER_PAGE})
    void theQuestionBeforeARequestIsAnsweredForEveryTenantsPages(String origin) {
        Http.Answer answer = preflight("/v1/feedback", origin);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(origin);
        assertThat(answer.header("access-control-allow-methods")).contains("POST");
        assertThat(answer.header("access-control-allow-headers")).contains("Authorization", "Content-Type");
        assertThat(answer.header("vary")).isEqualToIgnoringCase("origin");
        assertThat(answer.header("access-control-allow-credentials")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.org",
                "null",
                "https://chat.example.org.evil.org",
                "http://chat.example.org"
            })
    void otherPagesAreNotAnswered(String origin) {
        Http.Answer answer = preflight("/v1/feedback", origin);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("access-control-allow-origin")).isEmpty();
    }

    @Test
    void aPageOfAnotherTenantCannotReadTheAnswer() {
        Http.Answer answer =
                post(token("turn-cross", "c1", "jane"), OTHER_PAGE, "{\"kind\": \"thumb\", \"thumb\": \"up\"}");

        assertThat(answer.header("access-control-allow-origin")).isEmpty();
        assertThat(answer.header("vary")).isEqualToIgnoringCase("origin");
    }

    @Test
    void aKeyInABrowserIsRefusedAndNamesTheRemedy() {
        for (String key : List.of(Http.KEY, TestKeys.ADMIN.text())) {
            Http.Answer answer = fromPage(key, "{}");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().get("detail").asText())
                    .contains("feedback token")
                    .contains("revoke it");
        }
    }

    @Test
    void aUserWhoSendsTooMuchIsToldWhenToComeBack() {
        String token = token("turn-flood", "c1", "flooding");
        Http.Answer answer = fromPage(token, "{\"kind\": \"regenerate\"}");
        for (int i = 0; i < 200 && answer.status() == 202; i++) {
            answer = fromPage(token, "{\"kind\": \"regenerate\"}");
        }

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().get("reason").asText()).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 60);
        assertThat(answer.header("ratelimit")).startsWith("\"tenant\";r=");
        assertThat(answer.header("ratelimit-policy")).isEqualTo("\"tenant\";q=10000;w=10");
    }

    private String token(String turnId, String completionId, String user) {
        Http.Answer answer = http.post("/v1/completions", """
                {"turnId": "%s", "completionId": "%s", "userId": "%s",
                 "messages": [{"role": "user", "content": "Hi"}], "text": "Hello"}""".formatted(turnId, completionId, user));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().get("feedbackToken").asText();
    }

    private Http.Answer fromPage(String credential, String body) {
        return post(credential, PAGE, body);
    }

    private Http.Answer post(String credential, String origin, String body) {
        return http.post(
                "/v1/feedback",
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", "Bearer " + credential, "Origin", origin));
    }

    private Http.Answer preflight(String path, String origin) {
        return http.send(http.request(path)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, content-type"));
    }

    private FeedbackGiven feedback(String turnId) {
        List<FeedbackGiven> found = platform.readAll(topics.feedback()).stream()
                .map(ConsumerRecord::value)
                .filter(one -> one.getTurnId().equals(turnId))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
