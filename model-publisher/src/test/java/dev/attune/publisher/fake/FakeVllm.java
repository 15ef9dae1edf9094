package dev.attune.publisher.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A serving replica with vLLM's HTTP API over {@link FakeLanguageModel}, and a switch for each known fault of real ones. */
public final class FakeVllm implements AutoCloseable {

    public static final String BASE = "base";

    private final FakeServer server;
    private final FakeAdapters adapters = new FakeAdapters();
    private final AtomicInteger loadsToFail = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile ErrorShape errorShape = ErrorShape.TOP_LEVEL;
    private volatile Effect effect = Effect.RIGHT;
    private volatile boolean listsOnlyUsed;
    private volatile String loadFailure = "";
    private volatile int loadFailureStatus = 500;
    private volatile @Nullable String answersAs;

    /** How errors are written. */
    public enum ErrorShape {
        /** Until 2025: {@code {"object": "error", "message": …}}. */
        TOP_LEVEL,
        /** Since then: {@code {"error": {"message": …}}}. */
        NESTED
    }

    /** What a load that was answered 200 leads to. */
    public enum Effect {
        RIGHT,
        /** The name is not known afterwards. */
        NONE,
        /** The name answers as the base does. */
        BASE_ANSWERS,
        /** The name answers with the adapter that was loaded first. */
        FIRST_ADAPTER_ANSWERS
    }

    public FakeVllm() {
        this.server = new FakeServer(routes -> routes.raw("GET", "/health", (request, response) -> response.send())
                .on("GET", "/v1/models", this::models)
                .on("POST", "/v1/load_lora_adapter", this::load)
                .on("POST", "/v1/unload_lora_adapter", this::unload)
                .on("POST", "/v1/completions", this::completions)
                .on("POST", "/v1/chat/completions", this::chat));
    }

    public String url() {
        return server.url();
    }

    public FakeVllm writesErrors(ErrorShape shape) {
        errorShape = shape;
        return this;
    }

    public FakeVllm loadsWith(Effect newEffect) {
        effect = newEffect;
        return this;
    }

    /** An adapter is listed only after its first use. */
    public FakeVllm listsOnlyWhatWasUsed() {
        listsOnlyUsed = true;
        return this;
    }

    /** Every answer comes this late. */
    public FakeVllm answersAfter(Duration newDelay) {
        server.answersAfter(newDelay);
        return this;
    }

    /** The next connections to each path end without an answer. */
    public FakeVllm dropsConnections(int count) {
        server.dropsConnections(count);
        return this;
    }

    /** The next loads fail. */
    public FakeVllm failsLoads(int count, int status, String message) {
        loadFailure = message;
        loadFailureStatus = status;
        loadsToFail.set(count);
        return this;
    }

    /** Answers say that this model gave them. */
    public FakeVllm answersAs(String model) {
        answersAs = model;
        return this;
    }

    /** A name that was used before goes on answering with what it had then. */
    public FakeVllm servesStalePrefixes() {
        adapters.cachesPrefixes();
        return this;
    }

    /** Of more adapters than this, those loaded first are gone, and nobody is told. */
    public FakeVllm evictsSilently(int capacity) {
        adapters.holds(capacity);
        return this;
    }

    /** After each of the next loads it starts anew. */
    public FakeVllm restartsAfterLoads(int count) {
        restarts.set(count);
        return this;
    }

    /** The next loads do not see the files yet. */
    public FakeVllm seesFilesLate(int loads) {
        return failsLoads(loads, 404, "Loading lora adapter failed: No adapter found for the path");
    }

    /** No fault any more; what is loaded stays. */
    public void heal() {
        errorShape = ErrorShape.TOP_LEVEL;
        effect = Effect.RIGHT;
        listsOnlyUsed = false;
        answersAs = null;
        loadsToFail.set(0);
        restarts.set(0);
        adapters.holds(Integer.MAX_VALUE);
        server.answersAfter(Duration.ZERO);
        server.dropsConnections(0);
    }

    /** As after a restart: no adapter is known. */
    public void forget() {
        adapters.clear();
    }

    /** Has something under this name that is not what was meant. */
    public void plant(String name, double strength) {
        adapters.put(name, strength);
    }

    /** The answer of an adapter of this strength, as it is sampled with this seed. */
    public String answerAt(double strength, String prompt, int maxTokens, long seed) {
        return FakeLanguageModel.text(
                FakeLanguageModel.sample(FakeLanguageModel.tokenize(prompt), strength, maxTokens, seed));
    }

    public Set<String> loaded() {
        return adapters.names();
    }

    /** Paths of the requests so far, in order. */
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
        data.addObject()
                .put("id", BASE)
                .put("object", "model")
                .put("root", BASE)
                .putNull("parent");
        for (String name : listsOnlyUsed ? adapters.usedNames() : adapters.names()) {
            data.addObject()
                    .put("id", name)
                    .put("object", "model")
                    .put("root", "/x")
                    .put("parent", BASE);
        }
        FakeServer.send(response, answer);
    }

    private void load(JsonNode body, ServerResponse response) throws IOException {
        String name = body.path("lora_name").asText();
        if (loadsToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            error(response, loadFailureStatus, loadFailure);
            return;
        }
        if (adapters.has(name)) {
            error(response, 400, "The lora adapter '" + name + "' has already been loaded.");
            return;
        }
        double strength = FakeAdapters.strength(Path.of(body.path("lora_path").asText()));
        switch (effect) {
            case RIGHT -> adapters.put(name, strength);
            case NONE -> {}
            case BASE_ANSWERS -> adapters.put(name, 0.0);
            case FIRST_ADAPTER_ANSWERS -> adapters.put(name, adapters.firstOr(strength));
        }
        if (restarts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            adapters.clear();
        }
        response.send("Success: LoRA adapter '" + name + "' added successfully.");
    }

    private void unload(JsonNode body, ServerResponse response) throws JsonProcessingException {
        String name = body.path("lora_name").asText();
        if (!adapters.remove(name)) {
            error(response, 404, "The lora adapter '" + name + "' cannot be found.");
            return;
        }
        response.send("Success: LoRA adapter '" + name + "' removed successfully.");
    }

    private void completions(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strengthOf(body, response);
        if (strength == null) {
            return;
        }
        List<Integer> tokens = new ArrayList<>();
        body.path("prompt").forEach(token -> tokens.add(token.intValue()));
        List<Double> logps = FakeLanguageModel.logps(tokens, strength);
        ObjectNode answer = answer(body, "text_completion");
        ObjectNode choice =
                answer.putArray("choices").addObject().put("index", 0).put("text", "a");
        choice.put("finish_reason", "length");
        ArrayNode prompt = choice.putArray("prompt_logprobs").addNull();
        for (int i = 1; i < tokens.size(); i++) {
            prompt.addObject().putObject(Integer.toString(tokens.get(i))).put("logprob", logps.get(i - 1));
        }
        FakeServer.send(response, answer);
    }

    private void chat(JsonNode body, ServerResponse response) throws JsonProcessingException {
        Double strength = strengthOf(body, response);
        if (strength == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        body.path("messages")
                .forEach(message -> text.append(message.path("content").asText()));
        List<Integer> prompt = FakeLanguageModel.tokenize(text.toString());
        int maxTokens = body.path("max_tokens").asInt();
        List<Integer> tokens = FakeLanguageModel.sample(
                prompt, strength, maxTokens, body.path("seed").asLong());
        List<Integer> whole = new ArrayList<>(prompt);
        whole.addAll(tokens);
        List<Double> logps = FakeLanguageModel.logps(whole, strength);

        ObjectNode answer = answer(body, "chat.completion");
        answer.set("prompt_token_ids", FakeServer.JSON.valueToTree(prompt));
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", FakeLanguageModel.text(tokens));
        choice.put("finish_reason", tokens.getLast() == FakeLanguageModel.END ? "stop" : "length");
        choice.set("token_ids", FakeServer.JSON.valueToTree(tokens));
        ArrayNode content = choice.putObject("logprobs").putArray("content");
        for (int i = 0; i < tokens.size(); i++) {
            content.addObject().put("token", "t").put("logprob", logps.get(prompt.size() - 1 + i));
        }
        FakeServer.send(response, answer);
    }

    private ObjectNode answer(JsonNode body, String object) {
        String model = answersAs == null ? body.path("model").asText() : answersAs;
        return FakeServer.JSON.createObjectNode().put("object", object).put("model", model);
    }

    /** Of the model that is asked for; null where it is not known, which is answered then. */
    private @Nullable Double strengthOf(JsonNode body, ServerResponse response) throws JsonProcessingException {
        String model = body.path("model").asText();
        Double strength = model.equals(BASE) ? Double.valueOf(0) : adapters.use(model);
        if (strength == null) {
            error(response, 404, "The model `" + model + "` does not exist.");
        }
        return strength;
    }

    private void error(ServerResponse response, int status, String message) throws JsonProcessingException {
        ObjectNode error = FakeServer.JSON.createObjectNode();
        ObjectNode inner = switch (errorShape) {
            case TOP_LEVEL -> error.put("object", "error");
            case NESTED -> error.putObject("error");
        };
        inner.put("message", message).put("type", "InvalidUserInput").put("code", status);
        response.status(status);
        FakeServer.send(response, error);
    }
}
