package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Events at the very moment at which their topics come to be: metadata has the partitions before their leader has them, so the
 * first requests are refused. Each event has to be acknowledged once the leader is there, and none may wait for its time limit.
 */
@ExtendWith(PlatformExtension.class)
class FreshTopicsTest {
    /** Making them takes a broker a while, in which it refuses. */
    private static final int PARTITIONS = 60;

    private static final int CLIENTS = 64;
    private static final int EVENTS = 5;
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(25);

    @RepeatedTest(4)
    void everyEventIsAcknowledged(Platform platform) throws Exception {
        Topics topics = new Topics("fresh.");
        Set<String> names = Set.of(
                topics.completions().name(),
                topics.feedback().name(),
                topics.erasureRequests().name());
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given a gateway that takes events, and topics that are gone before the first one
            create(admin, names, 1);
            Gateway gateway = Gateway.start(config(kafka, platform, topics));
            try (Http http = new Http(gateway.port())) {
                await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 200);
                admin.deleteTopics(names).all().get();
                await().atMost(BOUND)
                        .until(() -> admin.listTopics().names().get().isEmpty());

                // When they come while clients wait for them
                List<Future<?>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    String client = "c" + i;
                    clients.add(threads.submit(() -> post(http, client)));
                }
                create(admin, names, PARTITIONS);

                // Then
                for (Future<?> client : clients) {
                    client.get(60, TimeUnit.SECONDS);
                }
            } finally {
                gateway.close();
            }
        }
    }

    private static void create(Admin admin, Set<String> names, int partitions) throws Exception {
        admin.createTopics(names.stream()
                        .map(name -> new NewTopic(name, partitions, (short) 1))
                        .toList())
                .all()
                .get();
    }

    private static void post(Http http, String client) {
        for (int i = 0; i < EVENTS; i++) {
            assertThat(http.post("/v1/feedback", thumb(client, i)).status()).isEqualTo(202);
        }
    }

    private static String thumb(String client, int number) {
        return """
                {"kind": "thumb", "turnId": "%s-%d", "completionId": "c1", "userId": "jane", "thumb": "up"}""".formatted(client, number);
    }

    private static GatewayConfig config(EmbeddedKafka kafka, Platform platform, Topics topics) {
        return new GatewayConfig(
                new HttpSettings("127.0.0.1", 0, TestConfigs.MAX_BODY_BYTES),
                new KafkaSettings(kafka.bootstrapServers(), Map.of()),
                new SchemaRegistrySettings(platform.registryUrl(), Map.of()),
                topics.prefix(),
                "support",
                TestConfigs.tenants(),
                TestKeys.access(),
                LimitSettings.DEFAULTS,
                TIMEOUT,
                1 << 24,
                StatusSettings.none(),
                true);
    }
}
