package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One replica that speaks vLLM's HTTP API. Each method is one call; none repeats itself. */
public final class VllmReplica {

    private static final int NOT_FOUND = 404;

    private final String url;
    private final @Nullable String apiKey;
    private final JsonHttp http;

    public VllmReplica(ReplicaSettings settings, JsonHttp http) {
        this.url = settings.url();
        this.apiKey = settings.apiKey();
        this.http = http;
    }

    /** What a replica said to a load. */
    public enum LoadOutcome {
        LOADED,
        /** The name was there before: nothing is said of what answers under it. */
        ALREADY_LOADED
    }

    public String url() {
        return url;
    }

    /** Names of base and adapters that the replica lists. Some versions list an adapter only after its first use. */
    public Set<String> models() throws CallException {
        JsonNode answer = succeeded(http.get(uri("/v1/models"), apiKey), "/v1/models");
        Set<String> names = new TreeSet<>();
        for (JsonNode model : answer.path("data")) {
            names.add(model.path("id").asText());
        }
        return names;
    }

    /** @param path of the adapter's directory, as the replica sees it */
    public LoadOutcome load(String name, String path) throws CallException {
        ObjectNode body =
                JsonHttp.JSON.createObjectNode().put("lora_name", name).put("lora_path", path);
        Answer answer = http.post(uri("/v1/load_lora_adapter"), apiKey, body);
        if (answer.isSuccess()) {
            return LoadOutcome.LOADED;
        }
        if (VllmErrors.isAlreadyLoaded(answer)) {
            return LoadOutcome.ALREADY_LOADED;
        }
        if (VllmErrors.isUnknownPath(answer)) {
            throw new CallException(
                    Fault.REFUSED,
                    url + " takes no adapters at run time: start vLLM with --enable-lora and"
                            + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
        }
        throw failure(answer, "/v1/load_lora_adapter");
    }

    /** Unloading what is not there is no error: it is what was asked for. */
    public void unload(String name) throws CallException {
        ObjectNode body = JsonHttp.JSON.createObjectNode().put("lora_name", name);
        Answer answer = http.post(uri("/v1/unload_lora_adapter"), apiKey, body);
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
            throw failure(answer, "/v1/unload_lora_adapter");
        }
    }

    /**
     * Log-probabilities of given tokens.
     *
     * @param tokens token ids, at least two
     * @return log-probability of each of {@code tokens[1..]} given those before it, in nats
     */
    public List<Double> score(String model, List<Integer> tokens) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("max_tokens", 1)
                .put("temperature", 0)
                .put("prompt_logprobs", 0);
        ArrayNode prompt = body.putArray("prompt");
        tokens.forEach(prompt::add);
        JsonNode answer = succeeded(http.post(uri("/v1/completions"), apiKey, body), "/v1/completions");
        requireModel(answer, model);
        JsonNode logprobs = answer.path("choices").path(0).path("prompt_logprobs");
        if (logprobs.size() != tokens.size()) {
            throw nonsense("gave " + logprobs.size() + " prompt_logprobs for " + tokens.size() + " tokens");
        }
        List<Double> logps = new ArrayList<>(tokens.size() - 1);
        for (int i = 1; i < tokens.size(); i++) {
            logps.add(logp(logprobs.get(i).path(Integer.toString(tokens.get(i))).path("logprob")));
        }
        return logps;
    }

    /** An answer sampled at temperature 1 from the whole distribution, with the tokens and their log-probabilities. */
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
        ArrayNode conversation = body.putArray("messages");
        messages.forEach(
                message -> conversation.addObject().put("role", message.role()).put("content", message.content()));
        JsonNode answer = succeeded(http.post(uri("/v1/chat/completions"), apiKey, body), "/v1/chat/completions");
        requireModel(answer, model);
        JsonNode choice = answer.path("choices").path(0);
        List<Integer> promptTokens = tokens(answer.path("prompt_token_ids"), "prompt_token_ids");
        List<Integer> tokens = tokens(choice.path("token_ids"), "token_ids");
        List<Double> logps = new ArrayList<>(tokens.size());
        for (JsonNode token : choice.path("logprobs").path("content")) {
            logps.add(logp(token.path("logprob")));
        }
        if (logps.size() != tokens.size()) {
            throw nonsense("gave " + logps.size() + " logprobs for " + tokens.size() + " token_ids");
        }
        return new SampledAnswer(
                promptTokens,
                tokens,
                logps,
                choice.path("message").path("content").asText(""),
                choice.path("finish_reason").asText(""));
    }

    /** An answer's text alone, at any temperature; 0 takes the most likely token each time. */
    public String text(String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("max_tokens", maxTokens)
                .put("temperature", temperature)
                .put("seed", seed);
        ArrayNode conversation = body.putArray("messages");
        messages.forEach(
                message -> conversation.addObject().put("role", message.role()).put("content", message.content()));
        JsonNode answer = succeeded(http.post(uri("/v1/chat/completions"), apiKey, body), "/v1/chat/completions");
        requireModel(answer, model);
        JsonNode message = answer.path("choices").path(0).path("message");
        if (!message.isObject()) {
            throw nonsense("gave an answer without a message");
        }
        return message.path("content").asText("");
    }

    private List<Integer> tokens(JsonNode ids, String field) throws CallException {
        if (!ids.isArray()) {
            throw nonsense("gave no " + field + ": its version does not know return_token_ids");
        }
        List<Integer> tokens = new ArrayList<>(ids.size());
        for (JsonNode id : ids) {
            if (!id.canConvertToInt() || !id.isIntegralNumber()) {
                throw nonsense("gave " + id + " as a token id");
            }
            tokens.add(id.intValue());
        }
        return tokens;
    }

    private double logp(JsonNode logprob) throws CallException {
        if (!logprob.isNumber() || !Double.isFinite(logprob.doubleValue())) {
            throw nonsense("gave " + logprob + " as a log-probability");
        }
        return logprob.doubleValue();
    }

    /** Whether the version that was asked answered is checked, not assumed. */
    private void requireModel(JsonNode answer, String model) throws CallException {
        String answered = answer.path("model").asText();
        if (!answered.equals(model)) {
            throw nonsense("was asked for model '" + model + "' and answered as '" + answered + "'");
        }
    }

    private JsonNode succeeded(Answer answer, String path) throws CallException {
        if (!answer.isSuccess()) {
            throw failure(answer, path);
        }
        return answer.json(uri(path));
    }

    private CallException failure(Answer answer, String path) {
        Fault fault = answer.isPassing() || VllmErrors.isNotThereYet(answer) ? Fault.UNAVAILABLE : Fault.REFUSED;
        return new CallException(
                fault, url + path + " answered " + answer.status() + ": " + VllmErrors.message(answer));
    }

    private CallException nonsense(String what) {
        return new CallException(Fault.NONSENSE, url + " " + what);
    }

    private URI uri(String path) {
        return URI.create(url + path);
    }
}
