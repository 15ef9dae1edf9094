package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** JSON over HTTP, as any product would speak it. Safe for use by several threads. */
final class JsonHttp implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /** An answer that is not 2xx. */
    static final class StatusException extends IOException {
        private final int status;

        StatusException(String url, int status, String body) {
            super(url + " answered " + status + ": " + body.substring(0, Math.min(300, body.length())));
            this.status = status;
        }

        /** Whether there is nothing of this name. */
        boolean isNotFound() {
            return status == 404;
        }

        /** Whether the same request may succeed later. */
        boolean isBusy() {
            return status == 429 || status == 503;
        }
    }

    JsonNode post(String url, Object body, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        headers.forEach(request::header);
        return JSON.readTree(send(request.build()));
    }

    String get(String url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build());
    }

    JsonNode get(String url, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
        headers.forEach(request::header);
        return JSON.readTree(send(request.build()));
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() / 100 != 2) {
            throw new StatusException(request.uri().toString(), response.statusCode(), response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
