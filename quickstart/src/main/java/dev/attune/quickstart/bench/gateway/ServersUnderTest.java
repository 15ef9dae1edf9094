package dev.attune.quickstart.bench.gateway;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.ingest.gateway.GatewayMain;
import dev.attune.ingest.gateway.log.ProducerSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts what is measured, each as a process of its own with the same heap. */
final class ServersUnderTest {
    /** A key that the gateway takes, for a tenant of its own. */
    static final String KEY = "bench-key-of-the-gateway";

    private static final String SECRET = "the benchmark's secret, 32 characters or more";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** 512 batches on their way take 55 MB, and one tenant has half of the budget. */
    private static final long IN_FLIGHT_BYTES = 192 << 20;

    private static final int BODY_BYTES = 1 << 20;

    private final BenchPlatform platform;
    private final List<String> jvmOptions;

    /** @param jvmOptions of every process that is measured */
    ServersUnderTest(BenchPlatform platform, List<String> jvmOptions) {
        this.platform = platform;
        this.jvmOptions = jvmOptions;
    }

    /** The gateway's own: the bare producer and the handler that only produces have the same. */
    static Map<String, Object> producerSettings(String bootstrapServers) {
        return ProducerSettings.of(new KafkaSettings(bootstrapServers, Map.of()), TIMEOUT, IN_FLIGHT_BYTES, BODY_BYTES);
    }

    ServerProcess gateway(Topics topics) throws IOException {
        return gateway("gateway", GatewayMain.class, topics);
    }

    ServerProcess gatewayWithoutKafka(Topics topics) throws IOException {
        return gateway("gateway-without-kafka", NoKafkaGatewayMain.class, topics);
    }

    ServerProcess produceOnly(Topics topics, Path records) {
        int port = FreePorts.one();
        return new ServerProcess(
                port,
                ChildProcess.startMain(
                        "the handler that only produces",
                        ProduceOnlyMain.class,
                        jvmOptions,
                        List.of(String.valueOf(port), platform.bootstrapServers(), topics.prefix(), records.toString()),
                        platform.folder().resolve("produce-only.log")));
    }

    private ServerProcess gateway(String name, Class<?> main, Topics topics) throws IOException {
        int port = FreePorts.one();
        Path config = Files.writeString(platform.folder().resolve(name + ".yaml"), """
                http: {host: 127.0.0.1, port: %d, maxBodyBytes: %d}
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: %s
                modelId: support
                acknowledgementTimeout: %ds
                maxInFlightBytes: %d
                tenants:
                  - {id: bench, apiKeys: ["%s"], secret: "%s"}
                """.formatted(
                        port,
                        BODY_BYTES,
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        TIMEOUT.toSeconds(),
                        IN_FLIGHT_BYTES,
                        KEY,
                        SECRET));
        List<String> arguments =
                main == GatewayMain.class ? List.of("--config", config.toString()) : List.of(config.toString());
        return new ServerProcess(
                port,
                ChildProcess.startMain(
                        name, main, jvmOptions, arguments, platform.folder().resolve(name + ".log")));
    }
}
