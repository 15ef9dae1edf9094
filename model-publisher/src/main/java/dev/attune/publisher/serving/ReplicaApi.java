package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the HTTP APIs of serving have in common: addresses, keys, errors, and answers that are not believed. */
final class ReplicaApi {

    private final String url;
    private final @Nullable String apiKey;
    private final JsonHttp http;

    ReplicaApi(ReplicaSettings settings, JsonHttp http) {
        this.url = settings.url();
        this.apiKey = settings.apiKey();
        this.http = http;
    }

    String url() {
        return url;
    }

    Answer post(String path, ObjectNode body) throws CallException {
        return http.post(uri(path), apiKey, body);
    }

    Answer post(String path, Path file) throws CallException {
        return http.post(uri(path), apiKey, file);
    }

    Answer head(String path) throws CallException {
        return http.head(uri(path), apiKey);
    }

    Answer delete(String path, ObjectNode body) throws CallException {
        return http.delete(uri(path), apiKey, body);
    }

    /** What a GET brought. */
    JsonNode got(String path) throws CallException {
        return succeeded(http.get(uri(path), apiKey), path);
    }

    /** What a POST brought. */
    JsonNode posted(String path, ObjectNode body) throws CallException {
        return succeeded(post(path, body), path);
    }

    JsonNode succeeded(Answer answer, String path) throws CallException {
        if (!answer.isSuccess()) {
            throw failure(answer, path);
        }
        return answer.json(uri(path));
    }

    /** The names in OpenAI's list of models. */
    Set<String> openAiModels() throws CallException {
        Set<String> names = new TreeSet<>();
        for (JsonNode model : got("/v1/models").path("data")) {
            names.add(model.path("id").asText());
        }
        return names;
    }

    static void addMessages(ObjectNode body, List<ChatMessage> messages) {
        ArrayNode conversation = body.putArray("messages");
        messages.forEach(
                message -> conversation.addObject().put("role", message.role()).put("content", message.content()));
    }

    /** Whether the version that was asked answered is checked, not assumed. */
    void requireModel(JsonNode answer, String model) throws CallException {
        String answered = answer.path("model").asText();
        if (!answered.equals(model)) {
            throw nonsense("was asked for model '" + model + "' and answered as '" + answered + "'");
        }
    }

    double logp(JsonNode logprob) throws CallException {
        if (!logprob.isNumber() || !Double.isFinite(logprob.doubleValue())) {
            throw nonsense("gave " + logprob + " as a log-probability");
        }
        return logprob.doubleValue();
    }

    CallException failure(Answer answer, String path) {
        Fault fault = answer.isPassing() || ReplicaErrors.isNotThereYet(answer) ? Fault.UNAVAILABLE : Fault.REFUSED;
        return new CallException(
                fault, url + path + " answered " + answer.status() + ": " + ReplicaErrors.message(answer));
    }

    CallException refusal(String what) {
        return new CallException(Fault.REFUSED, url + " " + what);
    }

    CallException nonsense(String what) {
        return new CallException(Fault.NONSENSE, url + " " + what);
    }

    private URI uri(String path) {
        return URI.create(url + path);
    }
}
