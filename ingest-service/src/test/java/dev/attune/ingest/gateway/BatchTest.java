package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/batch}: each item as if it had been sent alone. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchTest {
    private static final String THUMB =
            "{\"feedback\": {\"kind\": \"thumb\", \"turnId\": \"%s\", \"completionId\": \"c1\","
                    + " \"userId\": \"jane\", \"thumb\": \"up\"}}";
    private static final String COMPLETION = "{\"completion\": {\"turnId\": \"%s\", \"completionId\": \"c1\","
            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"text\": \"Hello\"}}";

    private Platform platform;
    private ReadyGateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        gateway = ReadyGateway.start(platform, 3);
        http = gateway.http();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void everyItemIsAnsweredInItsPlace() {
        // Given good items between all kinds of bad ones
        List<String> items = List.of(
                COMPLETION.formatted("b1"),
                "{\"feedback\": {\"kind\": \"thumb\"}}",
                THUMB.formatted("b1"),
                "{\"feedback\": {}, \"completion\": {}}",
                "17",
                "{\"vote\": {}}",
                "{\"feedback\": []}",
                "{}",
                THUMB.formatted("a/b"),
                THUMB.formatted("b2"));

        // When
        Http.Answer answer = http.post("/v1/batch", batch(items));

        // Then
        assertThat(answer.status()).isEqualTo(200);
        JsonNode answers = answer.json().get("items");
        assertThat(IntStream.range(0, answers.size())
                        .mapToObj(i -> answers.get(i).get("status").asInt()))
                .containsExactly(202, 422, 202, 422, 422, 422, 422, 422, 422, 202);
        assertThat(answers.at("/0/receipt/completionId").asText()).isEqualTo("c1");
        assertThat(answers.at("/1/problem/reason").asText()).isEqualTo("missing_field");
        assertThat(answers.at("/3/problem/detail").asText())
                .isEqualTo("an item must be {\"completion\": {…}} or {\"feedback\": {…}}");
        assertThat(answers.at("/8/problem/errors/0/pointer").asText()).isEqualTo("/turnId");
        assertThat(feedbackTurns()).contains("b1", "b2");
    }

    @Test
    void aKeyOfABatchIsAKeyOfEachItem() {
        byte[] body = batch(List.of(THUMB.formatted("k1"), COMPLETION.formatted("k2")))
                .getBytes(StandardCharsets.UTF_8);
        byte[] first = THUMB.formatted("k1")
                .replace("{\"feedback\": ", "")
                .replace("}}", "}")
                .getBytes(StandardCharsets.UTF_8);

        Http.Answer one = http.post("/v1/batch", body, Map.of("Idempotency-Key", "batch-7"));
        Http.Answer again = http.post("/v1/batch", body, Map.of("Idempotency-Key", "batch-7"));
        Http.Answer alone = http.post("/v1/feedback", first, Map.of("Idempotency-Key", "batch-7#0"));

        assertThat(one.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo(one.text());
        assertThat(one.json().at("/items/0/receipt")).isEqualTo(alone.json());
    }

    @Test
    void aLargeBatchIsStoredWhole() {
        List<String> items = IntStream.range(0, 100)
                .mapToObj(i -> THUMB.formatted("large-" + i))
                .toList();

        Http.Answer answer = http.post("/v1/batch", batch(items));

        assertThat(answer.json().get("items"))
                .hasSize(100)
                .allMatch(item -> item.get("status").asInt() == 202);
        List<String> expected = new ArrayList<>();
        items.forEach(_ -> expected.add("large-" + expected.size()));
        assertThat(feedbackTurns()).containsAll(expected);
        assertThat(http.get("/metrics").text()).contains("attune_gateway_in_flight_bytes{service=\"gateway\"} 0.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"items\": []}",
                "{\"items\": {}}",
                "{\"items\": [{}], \"tenant\": \"other\"}",
                "{\"items\": null}"
            })
    void aBatchThatIsNone(String body) {
        assertThat(http.post("/v1/batch", body).status()).isEqualTo(422);
    }

    @Test
    void moreItemsThanAllowed() {
        Http.Answer answer = http.post(
                "/v1/batch", batch(IntStream.range(0, 101).mapToObj(_ -> "{}").toList()));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("detail").asText()).contains("1 to 100 events");
    }

    private static String batch(List<String> items) {
        return items.stream().collect(Collectors.joining(",", "{\"items\": [", "]}"));
    }

    private List<String> feedbackTurns() {
        return platform.readAll(gateway.topics().feedback()).stream()
                .map(record -> record.value().getTurnId())
                .toList();
    }
}
