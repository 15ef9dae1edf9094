package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.Digests;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Ollama: a version is a model of its own, the base with an adapter. Its files are sent to it, so it needs no shared volume.
 * After {@code docs/api.md} of Ollama: a blob that no model uses is lost with a restart, so each is asked for before it is named.
 * It scores no given tokens; log-probabilities of what it generates are in its API since 0.12.11.
 */
public final class OllamaReplica implements Replica, Scoring.OfGenerations, Answering {

    private static final int NOT_FOUND = 404;
    private static final int ALTERNATIVES = 20;
    private static final String DEFAULT_TAG = ":latest";

    private final ReplicaApi api;
    private final String baseModel;

    public OllamaReplica(ReplicaSettings settings, JsonHttp http, String baseModel) {
        this.api = new ReplicaApi(settings, http);
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
        Set<String> names = new TreeSet<>();
        for (JsonNode model : api.got("/api/tags").path("models")) {
            names.add(untagged(model.path("name").asText()));
        }
        return names;
    }

    /** Sends what is not there yet, and then names it, which Ollama does at once or not at all. */
    @Override
    public LoadOutcome load(ServedAdapter adapter) throws CallException {
        if (models().contains(adapter.name())) {
            return LoadOutcome.ALREADY_LOADED;
        }
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", adapter.name())
                .put("from", baseModel)
                .put("stream", false);
        ObjectNode digests = body.putObject("adapters");
        for (Path file : files(adapter)) {
            digests.put(file.getFileName().toString(), send(file));
        }
        JsonNode answer = api.posted("/api/create", body);
        if (!answer.path("status").asText().equals("success")) {
            throw api.refusal("did not create " + adapter.name() + ": "
                    + answer.path("error").asText(answer.toString()));
        }
        return LoadOutcome.LOADED;
    }

    @Override
    public void unload(String name) throws CallException {
        Answer answer =
                api.delete("/api/delete", JsonHttp.JSON.createObjectNode().put("model", name));
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
            throw api.failure(answer, "/api/delete");
        }
    }

    @Override
    public List<Generated> generate(String model, String prompt, int maxTokens) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model", model)
                .put("prompt", prompt)
                .put("raw", true)
                .put("stream", false)
                .put("logprobs", true)
                .put("top_logprobs", ALTERNATIVES);
        body.putObject("options").put("temperature", 0).put("seed", 0).put("num_predict", maxTokens);
        JsonNode answer = api.posted("/api/generate", body);
        requireModel(answer, model);
        JsonNode logprobs = answer.path("logprobs");
        if (logprobs.isEmpty()) {
            throw api.refusal("gave no logprobs: they are in Ollama's API since 0.12.11");
        }
        List<Generated> tokens = new ArrayList<>(logprobs.size());
        for (JsonNode entry : logprobs) {
            Map<String, Double> alternatives = new HashMap<>();
            for (JsonNode alternative : entry.path("top_logprobs")) {
                alternatives.put(alternative.path("token").asText(), api.logp(alternative.path("logprob")));
            }
            alternatives.put(entry.path("token").asText(), api.logp(entry.path("logprob")));
            tokens.add(new Generated(entry.path("token").asText(), alternatives));
        }
        return tokens;
    }

    @Override
    public String text(String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException {
        ObjectNode body = JsonHttp.JSON.createObjectNode().put("model", model).put("stream", false);
        body.putObject("options")
                .put("temperature", temperature)
                .put("top_p", 1.0)
                .put("top_k", 0)
                .put("seed", seed)
                .put("num_predict", maxTokens);
        ReplicaApi.addMessages(body, messages);
        JsonNode answer = api.posted("/api/chat", body);
        requireModel(answer, model);
        return answer.path("message").path("content").asText();
    }

    /** Ollama looks at the digest that it is told; the file is sent only where it has none with that digest. */
    private String send(Path file) throws CallException {
        String digest = sha256(file);
        String path = "/api/blobs/" + digest;
        Answer known = api.head(path);
        if (known.status() == NOT_FOUND) {
            Answer sent = api.post(path, file);
            if (!sent.isSuccess()) {
                throw api.failure(sent, path);
            }
        } else if (!known.isSuccess()) {
            throw api.failure(known, path);
        }
        return digest;
    }

    private List<Path> files(ServedAdapter adapter) throws CallException {
        try (Stream<Path> files = Files.list(adapter.files())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new CallException(Fault.UNAVAILABLE, "cannot read " + adapter.files() + ": " + e, e);
        }
    }

    private static String sha256(Path file) throws CallException {
        try {
            return Digests.prefixed(Digests.sha256(file));
        } catch (IOException e) {
            throw new CallException(Fault.UNAVAILABLE, "cannot read " + file + ": " + e, e);
        }
    }

    private void requireModel(JsonNode answer, String model) throws CallException {
        String answered = untagged(answer.path("model").asText());
        if (!answered.equals(untagged(model))) {
            throw api.nonsense("was asked for model '" + model + "' and answered as '" + answered + "'");
        }
    }

    private static String untagged(String name) {
        return name.endsWith(DEFAULT_TAG) ? name.substring(0, name.length() - DEFAULT_TAG.length()) : name;
    }
}
