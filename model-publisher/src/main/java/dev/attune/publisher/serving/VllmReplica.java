package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A replica that speaks vLLM's HTTP API, old or new, as the quickstart's llama.cpp server does too. */
public final class VllmReplica implements Replica, Scoring.OfPrompts, Answering.InTokens {

    private static final int NOT_FOUND = 404;

    private final ReplicaApi api;

    public VllmReplica(ReplicaSettings settings, JsonHttp http) {
        this.api = new ReplicaApi(settings, http);
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
        Answer answer = api.post("/v1/load_lora_adapter", body);
        if (answer.isSuccess()) {
            return LoadOutcome.LOADED;
        }
        if (ReplicaErrors.isAlreadyLoaded(answer)) {
            return LoadOutcome.ALREADY_LOADED;
        }
        if (ReplicaErrors.isUnknownPath(answer)) {
            throw new CallException(
                    Fault.REFUSED,
                    url() + " takes no adapters at run time: start vLLM with --enable-lora and"
                            + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
        }
        throw api.failure(answer, "/v1/load_lora_adapter");
    }

    @Override
    public void unload(String name) throws CallException {
        ObjectNode body = JsonHttp.JSON.createObjectNode().put("lora_name", name);
        Answer answer = api.post("/v1/unload_lora_adapter", body);
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
            throw api.failure(answer, "/v1/unload_lora_adapter");
        }
    }

    @Override
    public List<Double> score(String model, List<Integer> tokens) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("max_tokens", 1)
                .put("temperature", 0)
                .put("prompt_logprobs", 0);
        ArrayNode prompt = body.putArray("prompt");
        tokens.forEach(prompt::add);
        JsonNode answer = api.posted("/v1/completions", body);
        api.requireModel(answer, model);
        JsonNode logprobs = answer.path("choices").path(0).path("prompt_logprobs");
        if (logprobs.size() != tokens.size()) {
            throw api.nonsense("gave " + logprobs.size() + " prompt_logprobs for " + tokens.size() + " tokens");
        }
        List<Double> logps = new ArrayList<>(tokens.size() - 1);
        for (int i = 1; i < tokens.size(); i++) {
            logps.add(api.logp(
                    logprobs.get(i).path(Integer.toString(tokens.get(i))).path("logprob")));
        }
        return logps;
    }

    /** With the tokens and their log-probabilities. */
    @Override
    public SampledAnswer answer(String model, List<ChatMessage> messages, int maxTokens, long seed)
            throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("max_tokens", maxTokens)
                .put("temperature", 1.0)
                .put("top_p", 1.0)
                .put("seed", seed)
                .put("logprobs", true)
                .put("return_token_ids", true);
        ReplicaApi.addMessages(body, messages);
        JsonNode answer = api.posted("/v1/chat/completions", body);
        api.requireModel(answer, model);
        JsonNode choice = answer.path("choices").path(0);
        List<Integer> promptTokens = tokens(answer.path("prompt_token_ids"), "prompt_token_ids");
        List<Integer> tokens = tokens(choice.path("token_ids"), "token_ids");
        List<Double> logps = new ArrayList<>(tokens.size());
        for (JsonNode token : choice.path("logprobs").path("content")) {
            logps.add(api.logp(token.path("logprob")));
        }
        if (logps.size() != tokens.size()) {
            throw api.nonsense("gave " + logps.size() + " logprobs for " + tokens.size() + " token_ids");
        }
        return new SampledAnswer(
                promptTokens,
                tokens,
                logps,
                choice.path("message").path("content").asText(""),
                choice.path("finish_reason").asText(""));
    }

    /** An answer's text alone, at any temperature; 0 takes the most likely token each time. */
    @Override
    public String text(String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("max_tokens", maxTokens)
                .put("temperature", temperature)
                .put("top_p", 1.0)
                .put("seed", seed);
        ReplicaApi.addMessages(body, messages);
        JsonNode answer = api.posted("/v1/chat/completions", body);
        api.requireModel(answer, model);
        JsonNode message = answer.path("choices").path(0).path("message");
        if (!message.isObject()) {
            throw api.nonsense("gave an answer without a message");
        }
        return message.path("content").asText("");
    }

    private List<Integer> tokens(JsonNode ids, String field) throws CallException {
        if (!ids.isArray()) {
            throw api.nonsense("gave no " + field + ": its version does not know return_token_ids");
        }
        List<Integer> tokens = new ArrayList<>(ids.size());
        for (JsonNode id : ids) {
            if (!id.canConvertToInt() || !id.isIntegralNumber()) {
                throw api.nonsense("gave " + id + " as a token id");
            }
            tokens.add(id.intValue());
        }
        return tokens;
    }
}
