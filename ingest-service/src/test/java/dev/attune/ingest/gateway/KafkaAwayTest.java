package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.FreePorts;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kafka that goes away and comes back: bounded answers, bounded memory, and no restart of the gateway. */
@ExtendWith(PlatformExtension.class)
class KafkaAwayTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    /** Half of it is for one tenant, and a byte of a body counts four times. */
    private static final long BUDGET = 8L * TestConfigs.MAX_BODY_BYTES + 2048;

    private static final Topics TOPICS = new Topics("away.");
    private static final String THUMB = """
            {"eventId": "0190d1f2-3c4b-7a5d-8e6f-0123456789ab", "kind": "thumb", "turnId": "t1", "completionId": "c1",
             "userId": "jane", "thumb": "up"}""";

    @TempDir
    Path folder;

    @Test
    void requestsAreAnsweredInBoundedTimeWhileKafkaIsAway(Platform platform) throws Exception {
        // Given a gateway that was ready
        int port = FreePorts.one();
        EmbeddedKafka kafka = EmbeddedKafka.start(port, folder);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicAdmin.createMissing(admin, TOPICS, 1, (short) 1);
        }
        GatewayConfig config = TestConfigs.config(kafka.bootstrapServers(), platform.registryUrl(), TOPICS, BUDGET);
        try (Gateway gateway = Gateway.start(config);
                Http http = new Http(gateway.port());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 200);
            assertThat(http.post("/v1/feedback", THUMB).status()).isEqualTo(202);

            // When the broker stops
            kafka.close();
            long begin = System.nanoTime();
            // A body that fills the tenant's half of the budget but for some bytes
            Future<Http.Answer> large = threads.submit(() ->
                    http.post("/v1/feedback", THUMB + " ".repeat(TestConfigs.MAX_BODY_BYTES - 300)));
            await().atMost(BOUND)
                    .until(() -> http.get("/metrics").text().contains("in_flight_bytes{service=\"gateway\"} 26"));
            Http.Answer second = http.post("/v1/feedback", THUMB + " ".repeat(1000));
            Http.Answer first = large.get(30, TimeUnit.SECONDS);

            // Then the first is answered within the time limit, and the second at once
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
            assertThat(first.status()).isEqualTo(503);
            assertThat(first.json().get("reason").asText()).isEqualTo("kafka_unavailable");
            assertThat(first.json().get("eventId").asText()).isEqualTo("0190d1f2-3c4b-7a5d-8e6f-0123456789ab");
            assertThat(first.header("retry-after")).isEqualTo("1");
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.json().get("reason").asText()).isEqualTo("too_much_in_flight");
            assertThat(second.header("retry-after")).isEqualTo("1");
            await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 503);
            assertThat(http.get("/health/live").status()).isEqualTo(200);

            // And when it is back, the gateway works again by itself
            try (EmbeddedKafka again = EmbeddedKafka.start(port, folder)) {
                await().atMost(BOUND)
                        .until(() -> http.post("/v1/feedback", THUMB).status() == 202);
                await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 200);
                assertThat(again.port()).isEqualTo(port);
            }
        }
    }

    @Test
    void aGatewayThatHasNotReachedKafkaSaysSo(Platform platform) {
        GatewayConfig config =
                TestConfigs.config("127.0.0.1:" + FreePorts.one(), platform.registryUrl(), TOPICS, BUDGET);
        try (Gateway gateway = Gateway.start(config);
                Http http = new Http(gateway.port())) {
            Http.Answer answer = http.post("/v1/feedback", THUMB);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().get("reason").asText()).isEqualTo("not_ready");
            assertThat(http.get("/health/ready").status()).isEqualTo(503);
        }
    }
}
