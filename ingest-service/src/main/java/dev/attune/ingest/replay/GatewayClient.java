package dev.attune.ingest.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Posts events to a gateway and repeats what may succeed later. Safe for use by several threads. */
final class GatewayClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(130);
    private static final long FIRST_WAIT_MS = 100;
    private static final long LONGEST_WAIT_MS = 5_000;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI gateway;
    private final String apiKey;
    private final Duration patience;
    private final CountDownLatch aborted = new CountDownLatch(1);

    GatewayClient(URI gateway, String apiKey, Duration patience) {
        this.gateway = gateway;
        this.apiKey = apiKey;
        this.patience = patience;
    }

    /** What became of an event. */
    sealed interface Outcome {}

    /** The gateway has it. */
    record Accepted() implements Outcome {}

    /** The gateway will never take it, and says why. */
    record Refused(String reason, String detail) implements Outcome {}

    /**
     * Posts an event until the gateway decides, waiting longer from try to try.
     *
     * @throws ConfigException if the address or the key is wrong
     * @throws ReplayFailedException if the gateway could not take it for as long as the patience lasts, or {@link #abort()} came
     */
    Outcome post(String path, ObjectNode body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        long deadline = System.nanoTime() + patience.toNanos();
        long waitMs = FIRST_WAIT_MS;
        while (true) {
            String problem;
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status == 202) {
                    return new Accepted();
                }
                if (status != 429 && status != 503) {
                    return refused(response);
                }
                problem = "it answered " + status + " " + reason(response.body());
                waitMs = Math.max(waitMs, retryAfterMs(response));
            } catch (IOException e) {
                problem = "no connection (" + e.getClass().getSimpleName() + ")";
            }
            if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs) > deadline) {
                throw new ReplayFailedException(
                        "the gateway at " + gateway + " took no event for " + patience.toSeconds() + " s: " + problem);
            }
            // Spread, so that all threads do not come back at once.
            if (aborted.await(waitMs + ThreadLocalRandom.current().nextLong(waitMs / 2 + 1), TimeUnit.MILLISECONDS)) {
                throw new ReplayFailedException("stopped");
            }
            waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
        }
    }

    /** Ends the waiting of all threads. */
    void abort() {
        aborted.countDown();
    }

    private Outcome refused(HttpResponse<String> response) {
        String reason = reason(response.body());
        String detail = field(response.body(), "detail");
        return switch (response.statusCode()) {
            case 401, 403 -> throw new ConfigException("--api-key", "the gateway refused it: " + detail);
            case 400, 413, 422 -> new Refused(reason, detail);
            default ->
                throw new ConfigException(
                        "--gateway",
                        gateway + " does not answer as a gateway does: HTTP " + response.statusCode() + " " + reason);
        };
    }

    private static long retryAfterMs(HttpResponse<String> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,3}")
                ? Math.min(LONGEST_WAIT_MS, TimeUnit.SECONDS.toMillis(Long.parseLong(seconds)))
                : 0;
    }

    private static String reason(String problem) {
        return field(problem, "reason");
    }

    private static String field(String problem, String name) {
        try {
            JsonNode value = JSON.readTree(problem).path(name);
            return value.isTextual() ? value.textValue() : "(no " + name + ")";
        } catch (JsonProcessingException e) {
            return "(no " + name + ")";
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
