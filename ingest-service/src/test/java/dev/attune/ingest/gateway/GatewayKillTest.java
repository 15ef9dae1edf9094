package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway process that is killed hard under load loses nothing that it acknowledged. */
@ExtendWith(PlatformExtension.class)
class GatewayKillTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int CLIENTS = 16;

    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedEventIsInTheLog(Platform platform) throws Exception {
        // Given a gateway process under load
        Topics topics = platform.createTopics(3);
        int port = FreePorts.one();
        Path config = writeConfig(platform, topics, port);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicBoolean stop = new AtomicBoolean();
        ChildProcess first = gateway(config);
        try (Http http = new Http(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitReady(http, first);
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> sendUntil(stop, http, acknowledged)));
            }
            await().atMost(BOUND).until(() -> acknowledged.size() > 1000);

            // When it is killed and started again, while its clients go on
            first.destroyForcibly();
            assertThat(first.exitCode()).isEqualTo(137);
            int before = acknowledged.size();
            try (ChildProcess second = gateway(config)) {
                awaitReady(http, second);
                await().atMost(BOUND).until(() -> acknowledged.size() > before + 1000);
                stop.set(true);
                for (Future<?> client : clients) {
                    client.get(60, TimeUnit.SECONDS);
                }
                second.stop(Duration.ofSeconds(20));
                assertThat(second.exitCode()).as("an orderly stop on SIGTERM").isEqualTo(143);
            }
        } finally {
            stop.set(true);
            first.close();
        }

        // Then
        Set<String> stored = platform.readAll(topics.feedback()).stream()
                .map(record -> record.value().getEventId())
                .collect(Collectors.toSet());
        assertThat(stored).containsAll(acknowledged);
    }

    /** Each event is sent again until it is acknowledged, as a client of a gateway that restarts should. */
    private static void sendUntil(AtomicBoolean stop, Http http, Set<String> acknowledged) {
        while (!stop.get()) {
            String eventId = UUID.randomUUID().toString();
            String body = "{\"eventId\": \"" + eventId + "\", \"kind\": \"thumb\", \"turnId\": \"" + eventId
                    + "\", \"completionId\": \"c1\", \"userId\": \"jane\", \"thumb\": \"up\"}";
            await().atMost(BOUND)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        try {
                            return http.post("/v1/feedback", body).status() == 202;
                        } catch (UncheckedIOException away) {
                            return false;
                        }
                    });
            acknowledged.add(eventId);
        }
    }

    private ChildProcess gateway(Path config) {
        return ChildProcess.startMain(
                "the gateway",
                GatewayMain.class,
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--config", config.toString()),
                folder.resolve("gateway.log"));
    }

    private static void awaitReady(Http http, ChildProcess gateway) {
        await().atMost(BOUND).until(() -> {
            assertThat(gateway.isAlive()).as(gateway.logTail(20)).isTrue();
            try {
                return http.get("/health/ready").status() == 200;
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }

    private Path writeConfig(Platform platform, Topics topics, int port) throws Exception {
        return Files.writeString(folder.resolve("gateway.yaml"), """
                http: { host: 127.0.0.1, port: %d }
                kafka: { bootstrapServers: "%s" }
                schemaRegistry: { url: "%s" }
                topicPrefix: %s
                tenants:
                  - id: demo
                    apiKeys: ["%s"]
                    secret: %s
                """.formatted(
                        port,
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        TestConfigs.DIGEST_OF_KEY,
                        TestConfigs.SECRET));
    }
}
