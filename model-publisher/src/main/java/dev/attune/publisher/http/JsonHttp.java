package dev.attune.publisher.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException.Fault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** JSON over HTTP/1.1, with a time and a size limit on every call. */
public final class JsonHttp implements AutoCloseable {

    private static final long MAX_ANSWER_BYTES = 64L << 20;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Shared and safe for several threads. */
    public static final JsonMapper JSON = new JsonMapper();

    private final Duration callTimeout;
    private final StopSignal stop;
    private final HttpClient client;

    /** @param stop ends calls that are under way */
    public JsonHttp(Duration callTimeout, StopSignal stop) {
        this.callTimeout = callTimeout;
        this.stop = stop;
        this.client = HttpClient.newBuilder()
                // vLLM's server does not answer an offer to upgrade.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                // Without an executor of our own, a machine with few cores gets a thread for every task.
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /**
     * What came back, whatever it says.
     *
     * @param status HTTP status
     * @param body text, possibly JSON
     */
    public record Answer(int status, String body) {

        private static final int LONGEST_QUOTE = 300;

        public boolean isSuccess() {
            return status / 100 == 2;
        }

        /** Whether another attempt may be answered better. */
        public boolean isPassing() {
            return status >= 500 || status == 408 || status == 425 || status == 429;
        }

        /** The body's beginning, for messages. */
        public String quote() {
            String line = body.strip().replaceAll("\\s+", " ");
            return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
        }

        /** @throws CallException if the body is no JSON */
        public JsonNode json(URI from) throws CallException {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new CallException(Fault.NONSENSE, from + " answered no JSON: " + quote(), e);
            }
        }
    }

    public Answer get(URI uri, @Nullable String bearer) throws CallException {
        return send(request(uri, bearer).GET().build());
    }

    public Answer post(URI uri, @Nullable String bearer, ObjectNode body) throws CallException {
        return send(request(uri, bearer)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** Sends a file, which is never whole in memory. */
    public Answer post(URI uri, @Nullable String bearer, Path file) throws CallException {
        try {
            return send(request(uri, bearer)
                    .header("Content-Type", "application/octet-stream")
                    .POST(HttpRequest.BodyPublishers.ofFile(file))
                    .build());
        } catch (FileNotFoundException e) {
            throw new CallException(Fault.UNAVAILABLE, "there is no file " + file, e);
        }
    }

    public Answer delete(URI uri, @Nullable String bearer, ObjectNode body) throws CallException {
        return send(request(uri, bearer)
                .header("Content-Type", "application/json")
                .method("DELETE", HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    public Answer head(URI uri, @Nullable String bearer) throws CallException {
        return send(request(uri, bearer).HEAD().build());
    }

    private HttpRequest.Builder request(URI uri, @Nullable String bearer) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return request;
    }

    private Answer send(HttpRequest request) throws CallException {
        try {
            HttpResponse<String> response = stop.await(
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_ANSWER_BYTES)),
                    // A request's own timeout ends with the headers: its body may come a byte at a time, for ever.
                    callTimeout);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new CallException(
                    Fault.UNAVAILABLE, request.uri() + " did not answer within " + callTimeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable failure = e.getCause();
            if (!(failure instanceof IOException)) {
                throw new IllegalStateException(failure);
            }
            String cause = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
            throw new CallException(Fault.UNAVAILABLE, request.uri() + " did not answer: " + cause, failure);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
