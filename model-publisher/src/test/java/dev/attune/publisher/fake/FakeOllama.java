package dev.attune.publisher.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.Digests;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A replica with Ollama's HTTP API as documented, over {@link FakeLanguageModel}; its blobs lie in a folder. */
public final class FakeOllama implements AutoCloseable {

    public static final String BASE = "base";

    private final Path blobs;
    private final FakeServer server;
    private final FakeAdapters models = new FakeAdapters();
    private volatile boolean tellsLogprobs = true;
    private volatile boolean appliesNothing;
    private volatile boolean failsInside;

    /** @param folder an empty one */
    public FakeOllama(Path folder) {
        this.blobs = folder;
        this.server = new FakeServer(routes -> routes.on("GET", "/api/tags", this::tags)
                .raw("HEAD", "/api/blobs/{digest}", this::hasBlob)
                .raw("POST", "/api/blobs/{digest}", this::putBlob)
                .on("POST", "/api/create", this::create)
                .on("DELETE", "/api/delete", this::delete)
                .on("POST", "/api/generate", this::generate)
                .on("POST", "/api/chat", this::chat));
    }

    public String url() {
        return server.url();
    }

    /** As before 0.12.11. */
    public FakeOllama tellsNoLogprobs() {
        tellsLogprobs = false;
        return this;
    }

    /** The model is created, and answers as its base. */
    public FakeOllama appliesNothing() {
        appliesNothing = true;
        return this;
    }

    /** Creating is answered 200 with an error inside, as in a stream. */
    public FakeOllama failsInside() {
        failsInside = true;
        return this;
    }

    /** Has something under this name that is not what was meant. */
    public void plant(String name, double strength) {
        models.put(name, strength);
    }

    public void forget() {
        models.clear();
    }

    public Set<String> loaded() {
        return models.names();
    }

    public List<String> requests() {
        return server.requests();
    }

    @Override
    public void close() {
        server.close();
    }

    private void tags(JsonNode body, ServerResponse response) throws JsonProcessingException {
        ObjectNode answer = FakeServer.JSON.createObjectNode();
        ArrayNode list = answer.putArray("models");
        list.addObject().put("name", BASE + ":latest");
        models.names().forEach(name -> list.addObject().put("name", name + ":latest"));
        FakeServer.send(response, answer);
    }

    private void hasBlob(ServerRequest request, ServerResponse response) {
        response.status(Files.exists(blob(request)) ? 200 : 404).send();
    }

    private void putBlob(ServerRequest request, ServerResponse response) throws IOException {
        Path aside = Files.createTempFile(blobs, "upload", "");
        try (InputStream content = request.content().inputStream()) {
            Files.copy(content, aside, StandardCopyOption.REPLACE_EXISTING);
        }
        String digest = request.path().pathParameters().get("digest");
        if (!Digests.prefixed(Digests.sha256(aside)).equals(digest)) {
            error(response, 400, "digest mismatch");
            return;
        }
        Files.move(aside, blob(request), StandardCopyOption.ATOMIC_MOVE);
        response.status(201).send();
    }

    private Path blob(ServerRequest request) {
        return blob(request.path().pathParameters().get("digest"));
    }

    private Path blob(String digest) {
        return blobs.resolve(digest.replace(':', '-'));
    }

    private void create(JsonNode body, ServerResponse response) throws IOException {
        if (failsInside) {
            error(response, 200, "unsupported architecture");
            return;
        }
        Path config = blob(body.path("adapters").path("adapter_config.json").asText());
        Path weights =
                blob(body.path("adapters").path("adapter_model.safetensors").asText());
        if (!body.path("from").asText().equals(BASE) || !Files.exists(config) || !Files.exists(weights)) {
            error(response, 400, "neither 'from' or 'files' was specified");
            return;
        }
        models.put(body.path("model").asText(), appliesNothing ? 0 : FakeAdapters.strengthOf(weights));
        FakeServer.send(response, FakeServer.JSON.createObjectNode().put("status", "success"));
    }

    private void delete(JsonNode body, ServerResponse response) throws JsonProcessingException {
        if (models.remove(body.path("model").asText())) {
            response.send();
        } else {
            error(response, 404, "model '" + body.path("model").asText() + "' not found");
        }
    }

    private void generate(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strength(body, response);
        if (strength == null) {
            return;
        }
        List<Integer> context =
                new ArrayList<>(FakeLanguageModel.tokenize(body.path("prompt").asText()));
        ObjectNode answer = FakeServer.JSON
                .createObjectNode()
                .put("model", body.path("model").asText())
                .put("response", "a")
                .put("done", true);
        ArrayNode logprobs = FakeServer.JSON.createArrayNode();
        for (int i = 0; i < body.path("options").path("num_predict").asInt(); i++) {
            int token = 0;
            ObjectNode entry = logprobs.addObject();
            ArrayNode alternatives = entry.putArray("top_logprobs");
            List<Double> next = next(context, strength);
            for (int candidate = 0; candidate < next.size(); candidate++) {
                alternatives.addObject().put("token", "t" + candidate).put("logprob", next.get(candidate));
                token = next.get(candidate) > next.get(token) ? candidate : token;
            }
            entry.put("token", "t" + token).put("logprob", next.get(token));
            context.add(token);
        }
        if (tellsLogprobs) {
            answer.set("logprobs", logprobs);
        }
        FakeServer.send(response, answer);
    }

    private static List<Double> next(List<Integer> context, double strength) {
        List<Double> all = new ArrayList<>();
        for (int token = 0; token < FakeLanguageModel.VOCABULARY; token++) {
            all.add(FakeLanguageModel.logps(List.of(context.getLast(), token), strength)
                    .getFirst());
        }
        return all;
    }

    private void chat(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strength(body, response);
        if (strength == null) {
            return;
        }
        String text = body.path("messages").path(0).path("content").asText();
        List<Integer> tokens = FakeLanguageModel.sample(
                FakeLanguageModel.tokenize(text),
                strength,
                body.path("options").path("num_predict").asInt(),
                body.path("options").path("seed").asLong());
        ObjectNode answer = FakeServer.JSON
                .createObjectNode()
                .put("model", body.path("model").asText())
                .put("done_reason", "stop");
        answer.putObject("message").put("role", "assistant").put("content", FakeLanguageModel.text(tokens));
        FakeServer.send(response, answer);
    }

    private @Nullable Double strength(JsonNode body, ServerResponse response) throws JsonProcessingException {
        String model = body.path("model").asText();
        Double strength = model.equals(BASE) ? Double.valueOf(0) : models.use(model);
        if (strength == null) {
            error(response, 404, "model '" + model + "' not found");
        }
        return strength;
    }

    private static void error(ServerResponse response, int status, String message) throws JsonProcessingException {
        response.status(status);
        FakeServer.send(response, FakeServer.JSON.createObjectNode().put("error", message));
    }
}
