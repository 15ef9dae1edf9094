package dev.attune.publisher.gate.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import dev.attune.publisher.http.Retrier;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Asks an HTTP endpoint, again where it is away or overloaded. */
final class HookEvaluation implements Evaluation {

    private final URI url;
    private final @Nullable String apiKey;
    private final JsonHttp http;
    private final Retrier retrier;

    HookEvaluation(HookSettings settings, JsonHttp http, Retrier retrier) {
        this.url = URI.create(settings.url());
        this.apiKey = settings.apiKey();
        this.http = http;
        this.retrier = retrier;
    }

    @Override
    public String name() {
        return "the evaluation at " + url;
    }

    @Override
    public Verdict judge(EvaluationSubject subject) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("tenant", subject.tenant())
                .put("modelId", subject.modelId())
                .put("version", subject.version())
                .put("servedName", subject.servedName())
                .put("artifactPath", subject.artifactPath());
        ArrayNode replicas = body.putArray("replicaUrls");
        subject.replicaUrls().forEach(replicas::add);
        return retrier.call(() -> ask(body));
    }

    private Verdict ask(ObjectNode body) throws CallException {
        Answer answer = http.post(url, apiKey, body);
        if (!answer.isSuccess()) {
            throw new CallException(
                    answer.isPassing() ? Fault.UNAVAILABLE : Fault.REFUSED,
                    "it answered " + answer.status() + ": " + answer.quote());
        }
        JsonNode verdict = answer.json(url);
        if (!verdict.path("allow").isBoolean()) {
            throw new CallException(
                    Fault.NONSENSE, "its answer has no \"allow\" that is true or false: " + answer.quote());
        }
        return new Verdict(
                verdict.path("allow").booleanValue(), verdict.path("reason").asText("no reason given"));
    }
}
