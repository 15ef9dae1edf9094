package dev.attune.ingest.pairing;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.awaitility.Awaitility;

/** The pairing application as operators run it: its own JVM, a configuration file, stopped by signals. */
final class PairingProcess implements AutoCloseable {
    static final String ACME_KEY = "the-key-of-acme-0";
    static final String OTHER_KEY = "the-key-of-other-0";

    private static final Duration READY_BOUND = Duration.ofSeconds(60);
    private static final Duration STOP_BOUND = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final String instanceId;
    private final int adminPort = FreePorts.one();
    private ChildProcess process;

    /** @param folder for its configuration, state and log */
    PairingProcess(Platform platform, Topics topics, Path folder) {
        this(platform, topics, folder, "0", "");
    }

    /**
     * One of several instances of one application.
     *
     * @param folder for its configuration, state and log
     * @param instanceId its name among the instances
     * @param moreSettings lines of YAML, after the others
     */
    PairingProcess(Platform platform, Topics topics, Path folder, String instanceId, String moreSettings) {
        this(platform, platform.registryUrl(), topics, folder, instanceId, moreSettings);
    }

    /** As the other, with a registry that the test may stop. */
    PairingProcess(
            Platform platform, String registryUrl, Topics topics, Path folder, String instanceId, String moreSettings) {
        this.folder = folder;
        this.instanceId = instanceId;
        write(platform, registryUrl, topics, moreSettings);
        this.process = launch();
    }

    void awaitReady() {
        Awaitility.await("pairing to be ready")
                .atMost(READY_BOUND)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get("/health/ready").isPresent());
    }

    /** The body of an answer of 200; empty for any other answer, or none. */
    Optional<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException notYet) {
            if (!process.isAlive()) {
                throw new AssertionError("pairing ended: " + process.logTail(40), notYet);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As a product team asks; without a key where it is empty. */
    HttpResponse<String> ask(String path, String apiKey) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path));
        if (!apiKey.isEmpty()) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The sum of a metric's values over its labels; empty where it is not there. */
    OptionalDouble metric(String name) {
        List<Double> values = get("/metrics")
                .orElse("")
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        return values.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        values.stream().mapToDouble(Double::doubleValue).sum());
    }

    /** Waits until it has ended by itself; the log says why. */
    String awaitEnd() throws InterruptedException {
        if (!process.waitFor(READY_BOUND)) {
            throw new AssertionError("pairing goes on: " + process.logTail(40));
        }
        return process.logTail(60);
    }

    /** As a crash would. */
    void kill() {
        process.destroyForcibly();
    }

    void startAgain() {
        process = launch();
    }

    /** As an operator would; the log says how it went. */
    String stop() {
        process.stop(STOP_BOUND);
        return process.logTail(20);
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }

    private ChildProcess launch() {
        return ChildProcess.startMain(
                "pairing",
                PairingMain.class,
                // RocksDB's unpacked library would outlive a kill in the shared folder.
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder),
                List.of("--config", folder.resolve("pairing.yaml").toString()),
                folder.resolve("pairing.log"));
    }

    private void write(Platform platform, String registryUrl, Topics topics, String moreSettings) {
        String yaml = """
                kafka:
                  bootstrapServers: %s
                  # The shortest that brokers allow: another instance takes over soon after a crash.
                  properties: {session.timeout.ms: "6000", heartbeat.interval.ms: "1500"}
                schemaRegistry:
                  url: %s
                admin:
                  host: 127.0.0.1
                  port: %d
                topicPrefix: %s
                applicationId: %spairing
                instanceId: "%s"
                stateDir: %s
                emission:
                  quietPeriod: 200ms
                  maxDelay: 1s
                queries:
                  advertisedAddress: 127.0.0.1:%d
                  tenants:
                    - {id: acme, apiKeys: [%s]}
                    - {id: other, apiKeys: [%s]}
                %s
                """.formatted(
                        platform.bootstrapServers(),
                        registryUrl,
                        adminPort,
                        topics.prefix(),
                        topics.prefix(),
                        instanceId,
                        folder.resolve("state"),
                        adminPort,
                        ACME_KEY,
                        OTHER_KEY,
                        moreSettings);
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("pairing.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
