package dev.attune.quickstart.bench.gateway;

import dev.attune.embedded.ChildProcess;
import dev.attune.quickstart.bench.ProcessMemory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A server that is measured. */
final class ServerProcess implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final int port;
    private final ChildProcess process;
    private final long startedAt = System.nanoTime();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    ServerProcess(int port, ChildProcess process) {
        this.port = port;
        this.process = process;
    }

    int port() {
        return port;
    }

    /** Waits until a path is answered with 200. Seconds since the process was started. */
    double secondsUntil(String path) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!answers(path)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(process.name() + " is not ready:\n" + process.logTail(20));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** Bytes of the heap that are in use, garbage included, by the process's own metrics. */
    double heapMegabytes() throws IOException, InterruptedException {
        return get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                / 1e6;
    }

    /** Memory that the process occupies beside mapped files, in 10^6 bytes; by Linux's account. */
    double residentMegabytes() throws IOException {
        return ProcessMemory.anonymousBytes(process.pid()) / 1e6;
    }

    private boolean answers(String path) throws IOException, InterruptedException {
        try {
            return get(path).statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
