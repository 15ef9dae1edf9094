package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.ingest.gateway.RawHttp.Response;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take their time, and very many that say nothing. */
@ExtendWith(PlatformExtension.class)
class SlowClientsTest {
    private static final int IDLE = 10_000;
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P",
                "POST /v1/feedback HTTP/1.1\r\nHost: gateway\r\nX: ",
                "POST /v1/feedback HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + Http.KEY
                        + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                "POST /v1/feedback HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + Http.KEY
                        + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5"
            })
    void aClientThatDripsIsToldAndClosed(String begun, Platform platform) throws Exception {
        try (ReadyGateway gateway = ReadyGateway.start(platform, 1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), gateway.gateway().port())) {
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            Future<byte[]> answer = threads.submit(() -> RawHttp.readAll(socket));

            // When it goes on, a byte at a time, within every pause that a server allows
            await().atMost(BOUND).pollInterval(Duration.ofMillis(100)).until(() -> {
                drip(socket);
                return answer.isDone();
            });

            List<Response> responses = RawHttp.parse(answer.get(10, TimeUnit.SECONDS));
            assertThat(responses).extracting(Response::status).containsExactly(408);
            assertThat(responses.getFirst().body()).contains("request_too_slow");
            await().atMost(BOUND)
                    .until(() ->
                            gateway.http().get("/metrics").text().contains("in_flight_bytes{service=\"gateway\"} 0.0"));
        }
    }

    @Test
    void tenThousandIdleConnectionsCostLittleAndOneMoreThanAllowedIsTold(Platform platform) throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (GatewayProcess gateway = GatewayProcess.start(
                folder,
                platform.bootstrapServers(),
                platform.registryUrl(),
                platform.createTopics(1).prefix(),
                "384m",
                "limits: { maxConnections: " + (IDLE + 100) + ", idleTimeout: 5m }\n")) {
            // When they all connect, each after its first request
            for (int i = 0; i < IDLE; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
            }
            await().atMost(BOUND).until(() -> metric(gateway, "attune_gateway_connections") >= IDLE);

            // Then it answers as ever
            assertThat(gateway.http().post("/v1/feedback", HostileCases.THUMB).status())
                    .isEqualTo(202);
            System.out.printf(
                    "%d idle connections: heap %.0f MiB used, of 384 MiB%n", IDLE, heapUsed(gateway) / (1 << 20));

            // And a client too many is told so
            for (int i = 0; i < 200; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
            }
            Socket last = idle.getLast();
            last.setSoTimeout(30_000);
            List<Response> told = RawHttp.parse(RawHttp.readAll(last));
            assertThat(told).extracting(Response::status).containsExactly(503);
            assertThat(told.getFirst().body()).contains("too_many_connections");
            assertThat(told.getFirst().head()).contains("Retry-After: 1");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord(Platform platform) throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(
                        folder,
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        platform.createTopics(1).prefix(),
                        "96m",
                        "maxInFlightBytes: 8388608\nlimits: { idleTimeout: 300ms }\n");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(30_000);

            assertThat(RawHttp.readAll(socket)).isEmpty();
        }
    }

    private static void drip(Socket socket) {
        try {
            socket.getOutputStream().write('1');
        } catch (IOException closed) {
            // That is what is waited for.
        }
    }

    private static double heapUsed(GatewayProcess gateway) {
        return gateway.http()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes") && line.contains("area=\"heap\""))
                .mapToDouble(SlowClientsTest::value)
                .sum();
    }

    private static double metric(GatewayProcess gateway, String name) {
        return gateway.http()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(SlowClientsTest::value)
                .sum();
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
