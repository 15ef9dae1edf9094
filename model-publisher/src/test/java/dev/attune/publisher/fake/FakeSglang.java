package dev.attune.publisher.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A replica with SGLang's HTTP API as documented, over {@link FakeLanguageModel}: adapters by name, and whole weights from disk,
 * whose directory holds an adapter's tensor in place of a model.
 */
public final class FakeSglang implements AutoCloseable {

    public static final String BASE = "base";

    private final FakeServer server;
    private final FakeAdapters adapters = new FakeAdapters();
    private volatile String weightVersion = "default";
    private volatile String modelPath = "/models/base";
    private volatile double weights;
    private volatile boolean failsInside;
    private volatile boolean updatesWithoutEffect;
    private volatile boolean appliesNothing;
    private volatile boolean adaptersEnabled = true;
    private volatile boolean listsAdapters = true;

    public FakeSglang() {
        this.server = new FakeServer(routes -> routes.on("GET", "/v1/models", this::models)
                .on("GET", "/get_model_info", this::info)
                .on("POST", "/load_lora_adapter", this::load)
                .on("POST", "/unload_lora_adapter", this::unload)
                .on("POST", "/update_weights_from_disk", this::update)
                .on("POST", "/generate", this::generate)
                .on("POST", "/v1/chat/completions", this::chat));
    }

    public String url() {
        return server.url();
    }

    /** Loads are answered 200 with a failure inside. */
    public FakeSglang failsInside() {
        failsInside = true;
        return this;
    }

    /** An adapter is taken, and the base answers under its name. */
    public FakeSglang appliesNothing() {
        appliesNothing = true;
        return this;
    }

    /** New weights are said to be there, and the old ones go on answering. */
    public FakeSglang updatesWithoutEffect() {
        updatesWithoutEffect = true;
        return this;
    }

    /** As without {@code --enable-lora}. */
    public FakeSglang withoutAdapters() {
        adaptersEnabled = false;
        return this;
    }

    /** As older releases do, it names only its base. */
    public FakeSglang listsOnlyItsBase() {
        listsAdapters = false;
        return this;
    }

    public Set<String> loaded() {
        return adapters.names();
    }

    /** Which weights it says that it has. */
    public String weightVersion() {
        return weightVersion;
    }

    public void forget() {
        adapters.clear();
    }

    public List<String> requests() {
        return server.requests();
    }

    @Override
    public void close() {
        server.close();
    }

    private void models(JsonNode body, ServerResponse response) throws JsonProcessingException {
        ObjectNode answer = FakeServer.JSON.createObjectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        data.addObject().put("id", BASE).put("object", "model");
        if (listsAdapters) {
            adapters.names().forEach(name -> data.addObject().put("id", name).put("parent", BASE));
        }
        FakeServer.send(response, answer);
    }

    private void info(JsonNode body, ServerResponse response) throws JsonProcessingException {
        FakeServer.send(
                response,
                FakeServer.JSON
                        .createObjectNode()
                        .put("model_path", modelPath)
                        .put("is_generation", true)
                        .put("weight_version", weightVersion));
    }

    private void load(JsonNode body, ServerResponse response) throws IOException {
        String name = body.path("lora_name").asText();
        if (!adaptersEnabled) {
            outcome(response, 400, "LoRA is not enabled. Please set the server argument to enable LoRA.");
            return;
        }
        if (adapters.has(name)) {
            outcome(response, 400, "LoRA with name " + name + " already exists. Loaded LoRAs: " + adapters.names());
            return;
        }
        if (failsInside) {
            outcome(response, 200, "Failed to load LoRA adapter");
            return;
        }
        double strength = FakeAdapters.strength(Path.of(body.path("lora_path").asText()));
        adapters.put(name, appliesNothing ? 0 : strength);
        outcome(response, 200, null);
    }

    private void unload(JsonNode body, ServerResponse response) throws JsonProcessingException {
        String name = body.path("lora_name").asText();
        if (adapters.remove(name)) {
            outcome(response, 200, null);
        } else {
            outcome(response, 400, "LoRA with name " + name + " does not exist. Loaded LoRAs: " + adapters.names());
        }
    }

    private void outcome(ServerResponse response, int status, @Nullable String error) throws JsonProcessingException {
        ObjectNode answer = FakeServer.JSON.createObjectNode().put("success", error == null);
        answer.put("error_message", error == null ? "" : error);
        ObjectNode loaded = answer.putObject("loaded_adapters");
        adapters.names().forEach(name -> loaded.put(name, "/x"));
        response.status(status);
        FakeServer.send(response, answer);
    }

    private void update(JsonNode body, ServerResponse response) throws IOException {
        String path = body.path("model_path").asText();
        double read = path.equals("/models/base") ? 0 : FakeAdapters.strength(Path.of(path));
        if (!updatesWithoutEffect) {
            weights = read;
        }
        modelPath = path;
        weightVersion = body.path("weight_version").asText(weightVersion);
        FakeServer.send(
                response,
                FakeServer.JSON
                        .createObjectNode()
                        .put("success", true)
                        .put("message", "Succeeded to update model weights.")
                        .put("num_paused_requests", 0));
    }

    private void generate(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strength(body.path("lora_path").asText(), response);
        if (strength == null) {
            return;
        }
        List<Integer> tokens = new ArrayList<>();
        body.path("input_ids").forEach(token -> tokens.add(token.intValue()));
        List<Double> logps = FakeLanguageModel.logps(tokens, strength);
        ObjectNode answer = FakeServer.JSON.createObjectNode().put("text", "a");
        ObjectNode meta = answer.putObject("meta_info").put("weight_version", weightVersion);
        ArrayNode scored = meta.putArray("input_token_logprobs");
        for (int i = 0; i < tokens.size(); i++) {
            ArrayNode entry = scored.addArray();
            if (i == 0) {
                entry.addNull();
            } else {
                entry.add(logps.get(i - 1));
            }
            entry.add(tokens.get(i)).addNull();
        }
        FakeServer.send(response, answer);
    }

    private void chat(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strength(body.path("lora_path").asText(), response);
        if (strength == null) {
            return;
        }
        String text = body.path("messages").path(0).path("content").asText();
        List<Integer> tokens = FakeLanguageModel.sample(
                FakeLanguageModel.tokenize(text),
                strength,
                body.path("max_tokens").asInt(),
                body.path("seed").asLong());
        ObjectNode answer = FakeServer.JSON
                .createObjectNode()
                .put("model", body.path("model").asText());
        ObjectNode choice = answer.putArray("choices").addObject().put("finish_reason", "stop");
        choice.putObject("message").put("role", "assistant").put("content", FakeLanguageModel.text(tokens));
        FakeServer.send(response, answer);
    }

    private @Nullable Double strength(String adapter, ServerResponse response) throws JsonProcessingException {
        Double strength = adapter.isEmpty() ? Double.valueOf(weights) : adapters.use(adapter);
        if (strength == null) {
            ObjectNode answer = FakeServer.JSON.createObjectNode();
            answer.putObject("error")
                    .put("message", "The following requested LoRA adapters are not loaded: " + adapter);
            response.status(400);
            FakeServer.send(response, answer);
        }
        return strength;
    }
}
