package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gateway as a process of its own, with a small heap, that takes events. */
record GatewayProcess(ChildProcess process, int port, Http http) implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** @param settings lines of YAML beside the ones that every gateway has */
    static GatewayProcess start(
            Path folder, String bootstrapServers, String registryUrl, String prefix, String heap, String settings)
            throws IOException {
        int port = FreePorts.one();
        Path config = Files.writeString(
                folder.resolve("gateway-" + port + ".yaml"),
                """
                http: { host: 127.0.0.1, port: %d, maxBodyBytes: %d }
                kafka: { bootstrapServers: "%s" }
                schemaRegistry: { url: "%s" }
                topicPrefix: %s
                tenants:
                  - id: demo
                    apiKeys: ["%s"]
                    secret: %s
                """.formatted(
                                        port,
                                        TestConfigs.MAX_BODY_BYTES,
                                        bootstrapServers,
                                        registryUrl,
                                        prefix,
                                        TestConfigs.DIGEST_OF_KEY,
                                        TestConfigs.SECRET)
                        + settings);
        List<String> options = new ArrayList<>(
                List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"));
        ChildProcess process = ChildProcess.startMain(
                "the gateway",
                GatewayMain.class,
                options,
                List.of("--config", config.toString()),
                folder.resolve("gateway-" + port + ".log"));
        GatewayProcess gateway = new GatewayProcess(process, port, new Http(port));
        gateway.awaitReady();
        return gateway;
    }

    void awaitReady() {
        await().atMost(BOUND).until(() -> {
            assertThat(process.isAlive()).as(process.logTail(20)).isTrue();
            try {
                return http.get("/health/ready").status() == 200;
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }

    String log() throws IOException {
        return Files.readString(process.log());
    }

    @Override
    public void close() {
        http.close();
        process.close();
    }
}
