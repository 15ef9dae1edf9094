package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
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

/** The same request, sent to two gateways on the same topics: the same answer to the byte, and the same event. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTest {
    private static final String INLINE = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi turn\"}],"
            + " \"completions\": [{\"completionId\": \"c1\", \"text\": \"Hello\"}]";

    private Platform platform;
    private ReadyGateway first;
    private ReadyGateway second;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        first = ReadyGateway.start(platform, 2);
        second = ReadyGateway.startOn(platform, first.topics());
    }

    @AfterAll
    void stop() {
        second.close();
        first.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "completions | | {\"eventId\": \"0190d1f2-3c4b-7a5d-8e6f-0000000000a1\", \"messages\": [{\"role\": \"user\", \"content\": \"1\"}], \"text\": \"x\"}",
                "completions | key-1 | {\"userId\": \"jane\", \"messages\": [{\"role\": \"user\", \"content\": \"2\"}], \"text\": \"x\"}",
                "completions | key-2 | {\"turnId\": \"t1\", \"completionId\": \"c1\", \"messages\": [{\"role\": \"user\", \"content\": \"3\"}], \"text\": \"x\"}",
                "feedback | key-1 | {\"kind\": \"thumb\", \"turnId\": \"t1\", \"completionId\": \"c1\", \"userId\": \"jane\", \"thumb\": \"up\"}",
                "feedback | | {\"eventId\": \"7f3c1d5e-9a4b-4c6d-8e7f-0000000000a2\", \"kind\": \"thumb\", \"turnId\": \"t1\", \"completionId\": \"c1\", \"userId\": \"jane\", \"thumb\": \"up\"}",
            })
    void theSameRequestIsTheSameEventEverywhere(String route, String key, String body) {
        Map<String, String> headers = Map.of("Idempotency-Key", key == null ? "" : key);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        Http.Answer one = first.http().post("/v1/" + route, bytes, headers);
        Http.Answer other = second.http().post("/v1/" + route, bytes, headers);

        assertThat(one.status()).isEqualTo(202);
        assertThat(other.status()).isEqualTo(202);
        assertThat(other.text()).isEqualTo(one.text());
        String eventId = one.json().get("eventId").asText();
        List<String> stored = stored(route, eventId);
        assertThat(stored).hasSize(2);
        assertThat(stored.getFirst()).isEqualTo(stored.getLast());
    }

    @Test
    void aKeyIsOneEventOfEachTenantAndOfEachKind() {
        byte[] thumb = thumb("").getBytes(StandardCharsets.UTF_8);
        byte[] completion = """
                {"messages": [{"role": "user", "content": "4"}], "text": "x"}""".getBytes(StandardCharsets.UTF_8);
        Map<String, String> key = Map.of("Idempotency-Key", "the-key");

        String event = eventId(first.http().post("/v1/feedback", thumb, key));
        String other = eventId(second.http()
                .post(
                        "/v1/feedback",
                        thumb,
                        Map.of("Idempotency-Key", "the-key", "Authorization", "Bearer " + TestConfigs.OTHER_KEY)));
        String kind = eventId(first.http().post("/v1/completions", completion, key));

        assertThat(List.of(event, other, kind)).doesNotHaveDuplicates();
        assertThat(UUID.fromString(event).version()).isEqualTo(8);
        assertThat(UUID.fromString(event).variant()).isEqualTo(2);
    }

    @Test
    void anEventWithoutATimeHasTheTimeOfItsUuid() {
        // 2026-11-20T09:00:00.123Z is 0x019aa09277fb milliseconds after 1970 began
        Instant time = Instant.parse("2026-11-20T09:00:00.123Z");
        String id = new UUID((time.toEpochMilli() << 16) | 0x7000L, 0x8000_0000_0000_0001L).toString();
        // The year 10889: no clock says so
        String implausible = "ffffffff-ffff-7000-8000-000000000002";

        first.http().post("/v1/feedback", thumb("\"eventId\": \"" + id + "\","));
        first.http().post("/v1/feedback", thumb("\"eventId\": \"" + implausible + "\","));

        assertThat(feedback(id).getOccurredAt()).isEqualTo(time);
        assertThat(feedback(implausible).getOccurredAt())
                .isEqualTo(feedback(implausible).getReceivedAt());
    }

    @Test
    void aTurnThatIsNotNamedIsThePromptsAndTheUsers() {
        String completion =
                "{\"userId\": \"jane\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi turn\"}], \"text\": \"Hello\"}";
        String edit = "{\"kind\": \"edit\", \"userId\": \"%s\", \"completionId\": \"c1\", \"editedText\": \"Hello!\", "
                + INLINE + "}";

        Http.Answer served = first.http().post("/v1/completions", completion);
        Http.Answer again = second.http().post("/v1/completions", completion);
        Http.Answer edited = second.http().post("/v1/feedback", edit.formatted("jane"));
        Http.Answer ofAnother = first.http().post("/v1/feedback", edit.formatted("joe"));

        String turn = served.json().get("turnId").asText();
        assertThat(turn).matches("t1-[0-9a-f]{32}");
        assertThat(again.json().get("turnId").asText()).isEqualTo(turn);
        assertThat(edited.json().get("turnId").asText()).isEqualTo(turn);
        assertThat(ofAnother.json().get("turnId").asText()).isNotEqualTo(turn);
        // Two answers, not one twice: nobody said that they are the same.
        assertThat(served.json().get("completionId").asText())
                .matches("c1-[0-9a-f]{32}")
                .isNotEqualTo(again.json().get("completionId").asText());
    }

    @Test
    void anAnswerToAnUnknownUserIsATurnOfItsOwn() {
        String completion = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"text\": \"Hello\"}";

        Http.Answer one = first.http().post("/v1/completions", completion);
        Http.Answer other = first.http().post("/v1/completions", completion);

        assertThat(one.json().get("promptId")).isEqualTo(other.json().get("promptId"));
        assertThat(one.json().get("turnId")).isNotEqualTo(other.json().get("turnId"));
    }

    private static String thumb(String field) {
        return "{" + field
                + "\"kind\": \"thumb\", \"turnId\": \"t9\", \"completionId\": \"c1\", \"userId\": \"jane\", \"thumb\": \"up\"}";
    }

    private static String eventId(Http.Answer answer) {
        assertThat(answer.status()).isEqualTo(202);
        return answer.json().get("eventId").asText();
    }

    /** The records of an event without what may differ: when they came, and what follows from that where nobody said when. */
    private List<String> stored(String route, String eventId) {
        return route.equals("feedback")
                ? platform.readAll(first.topics().feedback()).stream()
                        .map(ConsumerRecord::value)
                        .filter(one -> one.getEventId().equals(eventId))
                        .map(one -> FeedbackGiven.newBuilder(one)
                                .setReceivedAt(Instant.EPOCH)
                                .setOccurredAt(Instant.EPOCH)
                                .build()
                                .toString())
                        .toList()
                : platform.readAll(first.topics().completions()).stream()
                        .map(ConsumerRecord::value)
                        .filter(one -> one.getEventId().equals(eventId))
                        .map(one -> CompletionServed.newBuilder(one)
                                .setReceivedAt(Instant.EPOCH)
                                .setOccurredAt(Instant.EPOCH)
                                .build()
                                .toString())
                        .toList();
    }

    private FeedbackGiven feedback(String eventId) {
        return platform.readAll(first.topics().feedback()).stream()
                .map(ConsumerRecord::value)
                .filter(one -> one.getEventId().equals(eventId))
                .findFirst()
                .orElseThrow();
    }
}
