package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * SGLang with {@code --enable-lora}: adapters side by side, each under its name. After "LoRA Serving" and "Native APIs" in SGLang's
 * manual, and its {@code http_server.py} and {@code lora_registry.py} for what a failure looks like.
 */
public final class SglangReplica implements Replica, Scoring.OfPrompts, Answering {

    private final ReplicaApi api;
    private final SglangGenerate generate;
    private final String baseModel;

    public SglangReplica(ReplicaSettings settings, JsonHttp http, String baseModel) {
        this.api = new ReplicaApi(settings, http);
        this.generate = new SglangGenerate(api);
        this.baseModel = baseModel;
    }

    @Override
    public String url() {
        return api.url();
    }

    @Override
    public Scoring scoring() {
        return this;
    }

    @Override
    public Optional<Answering> answering() {
        return Optional.of(this);
    }

    @Override
    public Set<String> models() throws CallException {
        return api.openAiModels();
    }

    @Override
    public LoadOutcome load(ServedAdapter adapter) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("lora_name", adapter.name())
                .put("lora_path", adapter.path());
        Answer answer = api.post("/load_lora_adapter", body);
        if (!answer.isSuccess() && says(answer, "already exists", "already loaded")) {
            return LoadOutcome.ALREADY_LOADED;
        }
        if (!answer.isSuccess() && says(answer, "not enabled")) {
            throw api.refusal("takes no adapters: start SGLang with --enable-lora, --max-lora-rank and"
                    + " --lora-target-modules");
        }
        requireSuccess(api.succeeded(answer, "/load_lora_adapter"));
        return LoadOutcome.LOADED;
    }

    @Override
    public void unload(String name) throws CallException {
        Answer answer = api.post(
                "/unload_lora_adapter", JsonHttp.JSON.createObjectNode().put("lora_name", name));
        if (!answer.isSuccess() && says(answer, "does not exist", "not loaded", "not found")) {
            return;
        }
        requireSuccess(api.succeeded(answer, "/unload_lora_adapter"));
    }

    @Override
    public List<Double> score(String model, List<Integer> tokens) throws CallException {
        return generate.score(model.equals(baseModel) ? "" : model, tokens).logps();
    }

    @Override
    public String text(String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException {
        boolean isBase = model.equals(baseModel);
        // New versions read the adapter from the model's name, older ones from lora_path.
        String name = isBase ? baseModel : baseModel + ":" + model;
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", name)
                .put("max_tokens", maxTokens)
                .put("temperature", temperature)
                .put("top_p", 1.0)
                .put("seed", seed);
        if (!isBase) {
            body.put("lora_path", model);
        }
        ReplicaApi.addMessages(body, messages);
        JsonNode answer = api.posted("/v1/chat/completions", body);
        api.requireModel(answer, name);
        return answer.path("choices").path(0).path("message").path("content").asText();
    }

    /** A 200 may carry a failure inside. */
    private void requireSuccess(JsonNode answer) throws CallException {
        if (!answer.path("success").asBoolean()) {
            throw api.refusal("answered 200 without success: "
                    + answer.path("error_message").asText());
        }
    }

    private static boolean says(Answer answer, String... phrases) {
        String message = ReplicaErrors.message(answer).toLowerCase(Locale.ROOT);
        for (String phrase : phrases) {
            if (message.contains(phrase)) {
                return true;
            }
        }
        return false;
    }
}
