package dev.attune.quickstart.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Services as processes of their own, from their main classes and configuration files. */
final class ServiceProcesses implements AutoCloseable {
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final List<String> JVM = List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<ChildProcess> processes = new ArrayDeque<>();

    ServiceProcesses(Path folder) {
        this.folder = folder;
    }

    /** Starts a service with {@code yaml} as its file. */
    ChildProcess start(String name, Class<?> main, String yaml) throws IOException {
        Path config = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        return start(name, main, List.of("--config", config.toString()));
    }

    ChildProcess start(String name, Class<?> main, List<String> arguments) {
        ChildProcess process = ChildProcess.startMain(name, main, JVM, arguments, folder.resolve(name + ".log"));
        processes.push(process);
        return process;
    }

    /** Waits until {@code url} answers 200, and fails as soon as the process has ended. */
    void awaitReady(ChildProcess process, String url) {
        await().atMost(START_BOUND)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    assertThat(process.isAlive()).as(process.logTail(40)).isTrue();
                    return get(url).statusCode() == 200;
                });
    }

    /** Runs a command to its end, which must be a good one, and gives what it printed. */
    String run(String name, Class<?> main, List<String> arguments, Duration bound) throws InterruptedException {
        ChildProcess process = start(name, main, arguments);
        assertThat(process.waitFor(bound))
                .as("%s ended: %s", name, process.logTail(40))
                .isTrue();
        assertThat(process.exitCode()).as(process.logTail(40)).isZero();
        return process.logTail(200);
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String url, String apiKey) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + apiKey)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String url, String apiKey, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A counter's value on a service's {@code /metrics}, 0 where it has not counted yet. */
    double counter(String adminUrl, String name) throws IOException, InterruptedException {
        return get(adminUrl + "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        http.close();
        while (!processes.isEmpty()) {
            processes.pop().close();
        }
    }
}
