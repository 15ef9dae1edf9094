package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.ErasureRequested;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class ErasureTest {
    private Platform platform;
    private ReadyGateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        gateway = ReadyGateway.start(platform, 2);
        http = gateway.http();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void theWishIsStoredUnderThePseudonymAndNothingElse() {
        Http.Answer answer = delete("jane%40example.org", "");

        assertThat(answer.status()).isEqualTo(202);
        String pseudonym = Tenant.of(TestConfigs.tenants().getFirst()).pseudonym("jane@example.org");
        assertThat(answer.json().get("userPseudonym").textValue()).isEqualTo(pseudonym);
        String requestId = answer.json().get("requestId").textValue();
        assertThat(UUID.fromString(requestId).version()).isEqualTo(8);
        ConsumerRecord<String, ErasureRequested> stored = stored(pseudonym).getLast();
        assertThat(stored.key()).isEqualTo("demo/" + pseudonym);
        assertThat(stored.value().getEventId()).isEqualTo(requestId);
        assertThat(stored.value().getTenant()).isEqualTo("demo");
        assertThat(stored.value().getUserId()).isEqualTo(pseudonym);
        assertThat(stored.value().getRequestedBy()).isEqualTo("key " + TestKeys.ADMIN.keyId());
        assertThat(stored.toString()).doesNotContain("jane");
        assertThat(http.get("/metrics").text())
                .contains("attune_gateway_requests_total{outcome=\"accepted\",route=\"users\",service=\"gateway\"}")
                .doesNotContain("jane");
    }

    @Test
    void whoAsksAgainHasAskedOnce() {
        String first = delete("bob", "").text();
        String again = delete("bob", "").text();
        String keyed = delete("bob", "order-1").text();

        assertThat(again).isEqualTo(first);
        assertThat(keyed).isNotEqualTo(first).isEqualTo(delete("bob", "order-1").text());
        assertThat(delete("bob", "order-2").text()).isNotEqualTo(keyed);
        assertThat(delete("alice", "order-1").text()).isNotEqualTo(keyed);
    }

    @Test
    void aNameMayHaveASlash() {
        assertThat(delete("team%2Fcarol", "").json().get("userPseudonym").textValue())
                .isEqualTo(Tenant.of(TestConfigs.tenants().getFirst()).pseudonym("team/carol"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../bob", "a/../b", ".", "a+b", "%41", "Zoë"})
    void oneNameDoesNotBecomeAnother(String name) {
        Http.Answer answer = delete(
                URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace(".", "%2E"),
                "");

        assertThat(answer.json().get("userPseudonym").textValue())
                .isEqualTo(Tenant.of(TestConfigs.tenants().getFirst()).pseudonym(name));
    }

    @Test
    void aPathWithMoreInItIsNoName() {
        assertThat(delete("team/carol", "").status()).isEqualTo(404);
        assertThat(delete("", "").status()).isEqualTo(404);
        assertThat(delete("%ff", "").status()).isIn(400, 422);
    }

    @Test
    void itTakesTheScope() {
        Http.Answer answer = http.send(http.request("/v1/users/jane")
                .header("Authorization", "Bearer " + Http.KEY)
                .DELETE());

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().get("reason").textValue()).isEqualTo("forbidden");
        assertThat(http.send(http.request("/v1/users/jane").DELETE()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", "%00", "a%0ab"})
    void aNameThatNoEventCanHaveIsRefused(String name) {
        assertThat(delete(name, "").status()).isIn(400, 404, 422);
    }

    @Test
    void aKeyThatIsNoKeyIsRefused() {
        Http.Answer answer = delete("jane", "two words");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("detail").textValue()).contains("Idempotency-Key");
    }

    private Http.Answer delete(String name, String key) {
        HttpRequest.Builder request = http.request("/v1/users/" + name)
                .header("Authorization", TestKeys.bearer(TestKeys.ADMIN))
                .DELETE();
        return http.send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
    }

    private List<ConsumerRecord<String, ErasureRequested>> stored(String pseudonym) {
        return platform.readAll(gateway.topics().erasureRequests()).stream()
                .filter(record -> record.key().equals("demo/" + pseudonym))
                .toList();
    }
}
