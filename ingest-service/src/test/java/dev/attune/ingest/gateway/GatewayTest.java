package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.AnswerFailure;
import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway stores and answers when all is well: real HTTP, a real broker, a real registry. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
    private static final String MINIMAL_COMPLETION = """
            {"turnId": "%s", "completionId": "c1", "messages": [{"role": "user", "content": "Hi"}], "text": ""}""";

    private Platform platform;
    private Topics topics;
    private ReadyGateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        gateway = ReadyGateway.start(platform, 3);
        topics = gateway.topics();
        http = gateway.http();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void anAcknowledgedCompletionIsStoredWithAllThatWasSent() {
        // Given
        String body = """
                {"eventId": "0190D1F2-3C4B-7A5D-8E6F-0123456789AB", "turnId": "turn-all", "completionId": "c1",
                 "modelId": "billing", "modelVersion": "v000032-0123456789ab",
                 "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi 🙂"}],
                 "text": "Hello!", "userId": "jane@example.org", "occurredAt": "2026-11-20T10:00:00.123456+01:00",
                 "sampling": {"temperature": 0.7, "topP": 0.9, "maxTokens": 64, "seed": -5},
                 "tokenLogprobs": [-0.5, 0, -12.25], "refused": false, "latencyMs": 1234, "allowShadow": false}""";
        Instant before = Instant.now().minusMillis(1);

        // When
        Http.Answer answer = http.post(
                "/v1/completions",
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        // Then
        assertThat(answer.status()).isEqualTo(202);
        ConsumerRecord<String, CompletionServed> record = completion("turn-all");
        CompletionServed stored = record.value();
        assertThat(record.key()).isEqualTo("demo/turn-all");
        assertThat(new String(record.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(stored.getEventId()).isEqualTo("0190d1f2-3c4b-7a5d-8e6f-0123456789ab");
        assertThat(stored.getTenant()).isEqualTo("demo");
        assertThat(stored.getModelId()).isEqualTo("billing");
        assertThat(stored.getModelVersion()).isEqualTo("v000032-0123456789ab");
        assertThat(stored.getOccurredAt()).isEqualTo(Instant.parse("2026-11-20T09:00:00.123Z"));
        assertThat(stored.getReceivedAt()).isBetween(before, Instant.now());
        assertThat(stored.getMessages())
                .extracting(message ->
                        message.getRole() + ": " + message.getContent().getValue())
                .containsExactly("system: Be kind.", "user: Hi 🙂");
        assertThat(stored.getText().getValue()).isEqualTo("Hello!");
        assertThat(stored.getUserId()).matches("u1-[0-9a-f]{32}");
        assertThat(stored.getSampling().getTemperature()).isEqualTo(0.7);
        assertThat(stored.getSampling().getTopP()).isEqualTo(0.9);
        assertThat(stored.getSampling().getMaxTokens()).isEqualTo(64);
        assertThat(stored.getSampling().getSeed()).isEqualTo(-5);
        assertThat(stored.getTokenLogprobs()).containsExactly(-0.5f, 0f, -12.25f);
        assertThat(stored.getFailure()).isNull();
        assertThat(stored.getRefused()).isFalse();
        assertThat(stored.getLatencyMs()).isEqualTo(1_234L);
        assertThat(stored.getAllowShadow()).isFalse();
        assertThat(stored.toString()).doesNotContain("jane");
        assertThat(answer.json().toString())
                .isEqualTo("{\"eventId\":\"0190d1f2-3c4b-7a5d-8e6f-0123456789ab\",\"turnId\":\"turn-all\","
                        + "\"completionId\":\"c1\",\"promptId\":\"" + stored.getPromptId() + "\"}");
    }

    @Test
    void whatIsNotSentIsFilledIn() {
        Http.Answer answer = http.post("/v1/completions", MINIMAL_COMPLETION.formatted("turn-minimal"));

        assertThat(answer.status()).isEqualTo(202);
        CompletionServed stored = completion("turn-minimal").value();
        assertThat(UUID.fromString(stored.getEventId()).version()).isEqualTo(7);
        assertThat(answer.json().get("eventId").asText()).isEqualTo(stored.getEventId());
        assertThat(stored.getModelId()).isEqualTo("support");
        assertThat(stored.getOccurredAt()).isEqualTo(stored.getReceivedAt());
        assertThat(stored.getText().getValue()).isEmpty();
        assertThat(stored.getModelVersion()).isEmpty();
        assertThat(stored.getUserId()).isNull();
        assertThat(stored.getSampling()).isNull();
        assertThat(stored.getTokenLogprobs()).isNull();
        assertThat(stored.getFailure()).isNull();
        assertThat(stored.getRefused()).isNull();
        assertThat(stored.getLatencyMs()).isNull();
        assertThat(stored.getAllowShadow()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"timeout, TIMEOUT", "OVERLOADED, OVERLOADED", "error, ERROR"})
    void anAnswerThatFailedNeedsNoText(String sent, AnswerFailure expected) {
        String turn = "turn-failed-" + sent;
        Http.Answer answer = http.post("/v1/completions", """
                {"turnId": "%s", "completionId": "c1", "messages": [{"role": "user", "content": "Hi"}],
                 "failure": "%s", "latencyMs": 60000}""".formatted(turn, sent));

        assertThat(answer.status()).isEqualTo(202);
        CompletionServed stored = completion(turn).value();
        assertThat(stored.getFailure()).isEqualTo(expected);
        assertThat(stored.getLatencyMs()).isEqualTo(60_000L);
        assertThat(stored.getText().getValue()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"up, UP", "DOWN, DOWN", "cleared, CLEARED"})
    void aThumbIsStored(String sent, Thumb expected) {
        String turn = "turn-thumb-" + sent;
        Http.Answer answer = http.post("/v1/feedback", """
                {"kind": "thumb", "turnId": "%s", "completionId": "c1", "userId": "jane", "thumb": "%s"}""".formatted(turn, sent));

        assertThat(answer.status()).isEqualTo(202);
        FeedbackGiven stored = onlyFeedback(turn);
        assertThat(answer.json().toString())
                .isEqualTo("{\"eventId\":\"" + stored.getEventId() + "\",\"turnId\":\"" + turn + "\"}");
        assertThat(stored.getKind()).isEqualTo(FeedbackKind.THUMB);
        assertThat(stored.getThumb()).isEqualTo(expected);
        assertThat(stored.getCompletionId()).isEqualTo("c1");
        assertThat(stored.getPick()).isEqualTo(PickOutcome.UNKNOWN);
        assertThat(stored.getUserId()).matches("u1-[0-9a-f]{32}");
        assertThat(UUID.fromString(stored.getEventId()).version()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"chosen, CHOSEN", "tie, TIE", "both_bad, BOTH_BAD"})
    void aPickIsStored(String sent, PickOutcome expected) {
        String turn = "turn-pick-" + sent;
        Http.Answer answer = http.post("/v1/feedback", """
                {"kind": "PICK", "turnId": "%s", "userId": "jane", "pick": "%s",
                 "chosenCompletionId": "c1", "rejectedCompletionId": "c2"}""".formatted(turn, sent));

        assertThat(answer.status()).isEqualTo(202);
        FeedbackGiven stored = onlyFeedback(turn);
        assertThat(stored.getKind()).isEqualTo(FeedbackKind.PICK);
        assertThat(stored.getPick()).isEqualTo(expected);
        assertThat(stored.getChosenCompletionId()).isEqualTo("c1");
        assertThat(stored.getRejectedCompletionId()).isEqualTo("c2");
        assertThat(stored.getThumb()).isEqualTo(Thumb.UNKNOWN);
        assertThat(stored.getCompletionId()).isNull();
    }

    @Test
    void anEditIsStoredAndMayBringItsPromptAndCompletion() {
        String body = """
                {"kind": "edit", "turnId": "turn-edit", "userId": "jane", "completionId": "c1", "editedText": "Hello!",
                 "allowTraining": false, "messages": [{"role": "user", "content": "Hi"}],
                 "completions": [{"completionId": "c1", "text": "Hello", "modelVersion": "v1"}]}""";

        Http.Answer answer = http.post("/v1/feedback", body);

        assertThat(answer.status()).isEqualTo(202);
        FeedbackGiven stored = onlyFeedback("turn-edit");
        assertThat(stored.getKind()).isEqualTo(FeedbackKind.EDIT);
        assertThat(stored.getEditedText().getValue()).isEqualTo("Hello!");
        assertThat(stored.getAllowTraining()).isFalse();
        assertThat(stored.getMessages().getFirst().getContent().getValue()).isEqualTo("Hi");
        assertThat(stored.getCompletions()).singleElement().satisfies(completion -> {
            assertThat(completion.getCompletionId()).isEqualTo("c1");
            assertThat(completion.getText().getValue()).isEqualTo("Hello");
            assertThat(completion.getModelVersion()).isEqualTo("v1");
        });
        // The prompt is the one that a logged completion with the same messages has.
        assertThat(answer.json().get("promptId").asText()).isEqualTo(stored.getPromptId());
        http.post("/v1/completions", MINIMAL_COMPLETION.formatted("turn-edit"));
        assertThat(completion("turn-edit").value().getPromptId()).isEqualTo(stored.getPromptId());
    }

    @Test
    void aRegenerationAndARetractionAreStored() {
        http.post("/v1/feedback", """
                {"kind": "regenerate", "turnId": "turn-again", "userId": "jane", "completionId": "c1"}""");
        FeedbackGiven regeneration = onlyFeedback("turn-again");
        http.post("/v1/feedback", """
                {"kind": "retraction", "turnId": "turn-back", "userId": "jane", "retractedEventId": "%s"}""".formatted(regeneration.getEventId()));

        assertThat(regeneration.getKind()).isEqualTo(FeedbackKind.REGENERATE);
        assertThat(regeneration.getCompletionId()).isEqualTo("c1");
        assertThat(regeneration.getAllowTraining()).isTrue();
        assertThat(regeneration.getPromptId()).isNull();
        FeedbackGiven retraction = onlyFeedback("turn-back");
        assertThat(retraction.getKind()).isEqualTo(FeedbackKind.RETRACTION);
        assertThat(retraction.getRetractedEventId()).isEqualTo(regeneration.getEventId());
    }

    @Test
    void theTenantIsTheKeysAndPseudonymsAndPromptIdsAreItsOwn() {
        // Given the same event of two tenants, the second one twice
        String body = MINIMAL_COMPLETION.formatted("turn-tenant").replace("\"text\"", "\"userId\": \"jane\", \"text\"");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Map<String, String> other = Map.of("Authorization", "bearer " + TestConfigs.OTHER_KEY);

        // When
        assertThat(http.post("/v1/completions", bytes, Map.of()).status()).isEqualTo(202);
        assertThat(http.post("/v1/completions", bytes, other).status()).isEqualTo(202);
        assertThat(http.post("/v1/completions", bytes, other).status()).isEqualTo(202);

        // Then
        List<CompletionServed> stored = platform.readAll(topics.completions()).stream()
                .map(ConsumerRecord::value)
                .filter(one -> one.getTurnId().equals("turn-tenant"))
                .toList();
        assertThat(stored).extracting(CompletionServed::getTenant).containsExactlyInAnyOrder("demo", "other", "other");
        assertThat(stored.stream().map(CompletionServed::getUserId).distinct()).hasSize(2);
        assertThat(stored.stream().map(CompletionServed::getPromptId).distinct())
                .hasSize(2);
    }

    @Test
    void healthAndMetricsAreServed() {
        http.post("/v1/completions", MINIMAL_COMPLETION.formatted("turn-metrics"));
        http.post("/v1/feedback", "{}");

        assertThat(http.get("/health/live").status()).isEqualTo(200);
        assertThat(http.get("/health/ready").status()).isEqualTo(200);
        assertThat(http.get("/metrics").text())
                .containsPattern(
                        "attune_gateway_requests_total\\{outcome=\"accepted\",route=\"completions\",service=\"gateway\"} [1-9]")
                .containsPattern(
                        "attune_gateway_rejections_total\\{reason=\"missing_field\",service=\"gateway\"} [1-9]")
                .contains("attune_gateway_rejections_total{reason=\"kafka_unavailable\",service=\"gateway\"} 0.0")
                .contains("attune_gateway_acknowledgement_seconds_bucket{route=\"completions\"")
                .contains("attune_gateway_in_flight_bytes{service=\"gateway\"} 0.0");
    }

    private ConsumerRecord<String, CompletionServed> completion(String turnId) {
        List<ConsumerRecord<String, CompletionServed>> found = platform.readAll(topics.completions()).stream()
                .filter(record -> record.value().getTurnId().equals(turnId))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private FeedbackGiven onlyFeedback(String turnId) {
        List<FeedbackGiven> found = platform.readAll(topics.feedback()).stream()
                .map(ConsumerRecord::value)
                .filter(one -> one.getTurnId().equals(turnId))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
