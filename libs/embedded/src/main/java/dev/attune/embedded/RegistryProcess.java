package dev.attune.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real Schema Registry (Apicurio Registry) as a child process on the loopback address, with Confluent's REST API. Its global
 * compatibility level is FULL_TRANSITIVE. Up in about three seconds, about 250 MB.
 */
public final class RegistryProcess implements AutoCloseable {
    private static final Duration START_BOUND = Duration.ofSeconds(90);
    private static final Duration REQUEST_BOUND = Duration.ofSeconds(5);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final ChildProcess process;
    private final int port;
    private final @Nullable Path folderToDelete;

    private RegistryProcess(ChildProcess process, int port, @Nullable Path folderToDelete) {
        this.process = process;
        this.port = port;
        this.folderToDelete = folderToDelete;
    }

    /** A registry on a free port that forgets everything when it closes. */
    public static RegistryProcess start() {
        Path folder = Folders.temporary("attune-registry-");
        return start(0, folder, "jdbc:h2:mem:registry;DB_CLOSE_DELAY=-1", folder);
    }

    /**
     * A registry that keeps its schemas and their ids in a folder, where its log is too ({@code registry.log}).
     *
     * @param port the port to listen on, 0 for any free one
     * @param dataFolder created when absent
     * @throws PortInUseException when something listens on the port
     * @throws IllegalStateException when it does not become ready in time; the message has the end of its log
     */
    public static RegistryProcess start(int port, Path dataFolder) {
        return start(
                port, dataFolder, "jdbc:h2:file:" + dataFolder.toAbsolutePath().resolve("registry"), null);
    }

    private static RegistryProcess start(int wishedPort, Path folder, String database, @Nullable Path folderToDelete) {
        int port = FreePorts.choose(wishedPort, "the Schema Registry");
        int managementPort = FreePorts.one();
        Path jar = RegistryDistribution.jar();
        Folders.create(folder);
        // Its libraries unpack files: inside our folder they go away with it.
        Path scratch = folder.resolve("tmp");
        Folders.create(scratch);
        List<String> command = List.of(
                JavaCommand.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + scratch,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + managementPort,
                "-Dapicurio.datasource.url=" + database,
                "-Dapicurio.datasource.jdbc.initial-size=2",
                "-Dapicurio.datasource.jdbc.min-size=2",
                "-Dapicurio.datasource.jdbc.max-size=20",
                "-jar",
                jar.toString());
        ChildProcess process =
                ChildProcess.start("the Schema Registry", command, Map.of(), folder.resolve("registry.log"));
        RegistryProcess registry = new RegistryProcess(process, port, folderToDelete);
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(REQUEST_BOUND).build()) {
            registry.awaitReady(http, managementPort);
            registry.requireFullTransitive(http);
            return registry;
        } catch (IOException | RuntimeException e) {
            String tail = process.logTail(20);
            registry.close();
            throw new IllegalStateException(
                    "the Schema Registry did not start on port " + port + ": " + e.getMessage()
                            + "\nThe end of its log:\n" + tail,
                    e);
        } catch (InterruptedException e) {
            registry.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the Schema Registry started", e);
        }
    }

    /** What {@code schema.registry.url} is: the root of Confluent's REST API. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public int port() {
        return port;
    }

    /** The process, for tests that kill it. */
    public ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
        if (folderToDelete != null) {
            Folders.delete(folderToDelete);
        }
    }

    private void awaitReady(HttpClient http, int managementPort) throws IOException, InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
                .timeout(REQUEST_BOUND)
                .build();
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> answer = http.send(ready, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = "HTTP " + answer.statusCode();
            } catch (IOException notYet) {
                last = "no answer";
            }
            if (process.waitFor(POLL_INTERVAL)) {
                throw new IOException("it ended with exit code " + process.exitCode());
            }
        }
        throw new IOException("it was not ready within " + START_BOUND.toSeconds() + " s (last: " + last + ")");
    }

    /** Its own default is no check at all. */
    private void requireFullTransitive(HttpClient http) throws IOException, InterruptedException {
        HttpRequest level = HttpRequest.newBuilder(URI.create(url() + "/config"))
                .timeout(REQUEST_BOUND)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"FULL_TRANSITIVE\"}"))
                .build();
        HttpResponse<String> answer = http.send(level, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "setting the compatibility level was answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
