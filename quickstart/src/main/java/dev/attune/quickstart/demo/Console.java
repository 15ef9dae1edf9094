package dev.attune.quickstart.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.kit.HttpServers;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page: the loop as it runs, and a chat in which the reader takes part. On the loopback address only. */
final class Console implements AutoCloseable {
    private static final int MOST_BODY_BYTES = 4096;
    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f-]{36}");
    private static final Map<String, String> FILES = Map.of(
            "/", "index.html",
            "/console.js", "console.js",
            "/console.css", "console.css");
    private static final Map<String, String> TYPES = Map.of(
            "html",
            "text/html; charset=utf-8",
            "js",
            "text/javascript; charset=utf-8",
            "css",
            "text/css; charset=utf-8");

    private final @Nullable WebServer server;

    private Console(@Nullable WebServer server) {
        this.server = server;
    }

    static Console none() {
        return new Console(null);
    }

    static Console start(int port, Supplier<ConsoleSnapshot> snapshot, ConsoleChat chat) {
        HttpRouting.Builder routing = HttpRouting.builder();
        FILES.forEach((path, file) -> routing.get(path, (request, response) -> send(file, response)));
        routing.get("/state", (request, response) -> json(response, snapshot.get()))
                .post("/chat", (request, response) -> ask(chat, request, response))
                .post("/pick", (request, response) -> pick(chat, request, response))
                .get("/fate/{eventId}", (request, response) -> fate(chat, request, response));
        return new Console(HttpServers.start("--console-port", "127.0.0.1", port, routing));
    }

    String url() {
        return server == null ? "" : "http://127.0.0.1:" + server.port() + "/";
    }

    private static void ask(ConsoleChat chat, ServerRequest request, ServerResponse response)
            throws IOException, InterruptedException {
        String question = body(request).path("question").asText().strip();
        if (question.isEmpty()) {
            response.status(Status.BAD_REQUEST_400).send("Ask something.");
            return;
        }
        json(response, chat.ask(question));
    }

    private static void pick(ConsoleChat chat, ServerRequest request, ServerResponse response)
            throws IOException, InterruptedException {
        JsonNode body = body(request);
        Optional<String> eventId =
                chat.pick(body.path("turn").asText(), body.path("chosen").asInt(-1));
        if (eventId.isPresent()) {
            response.status(Status.ACCEPTED_202);
            json(response, Map.of("eventId", eventId.get()));
        } else {
            response.status(Status.NOT_FOUND_404).send("This question is not open any more: ask again.");
        }
    }

    private static void fate(ConsoleChat chat, ServerRequest request, ServerResponse response)
            throws IOException, InterruptedException {
        String eventId = request.path().pathParameters().get("eventId");
        if (!EVENT_ID.matcher(eventId).matches()) {
            response.status(Status.NOT_FOUND_404).send();
            return;
        }
        json(response, chat.fate(eventId).orElseGet(JsonHttp.JSON::createObjectNode));
    }

    private static JsonNode body(ServerRequest request) throws IOException {
        try (InputStream body = request.content().inputStream()) {
            return JsonHttp.JSON.readTree(body.readNBytes(MOST_BODY_BYTES));
        }
    }

    private static void send(String file, ServerResponse response) throws IOException {
        String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "text/plain");
        try (InputStream content = Console.class.getResourceAsStream("console/" + file)) {
            response.header(HeaderNames.CONTENT_TYPE, type)
                    .send(Objects.requireNonNull(content, file).readAllBytes());
        }
    }

    private static void json(ServerResponse response, Object value) throws JsonProcessingException {
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(JsonHttp.JSON.writeValueAsBytes(value));
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
    }
}
