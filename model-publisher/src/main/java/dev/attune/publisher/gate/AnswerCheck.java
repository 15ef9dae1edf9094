package dev.attune.publisher.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The team's check of answers, over HTTP. */
final class AnswerCheck {

    private final URI url;
    private final JsonHttp http;

    AnswerCheck(URI url, JsonHttp http) {
        this.url = url;
        this.http = http;
    }

    /**
     * What the check found.
     *
     * @param share of answers that are well-formed, 0 to 1
     * @param faults how often each reason was given
     */
    record Result(double share, Map<String, Integer> faults) {}

    Result check(String model, List<GateAnswer> answers) throws CallException {
        ObjectNode body = JsonHttp.JSON.createObjectNode().put("model", model);
        ArrayNode sent = body.putArray("answers");
        for (GateAnswer answer : answers) {
            sent.addObject()
                    .put("prompt", answer.prompt().question())
                    .put("answer", answer.sampled().text())
                    .put("finishReason", answer.sampled().finishReason());
        }
        Answer response = http.post(url, null, body);
        if (!response.isSuccess()) {
            throw new CallException(
                    response.isPassing() ? Fault.UNAVAILABLE : Fault.REFUSED,
                    url + " answered " + response.status() + ": " + response.quote());
        }
        return read(response.json(url).path("results"), answers.size());
    }

    private Result read(JsonNode results, int expected) throws CallException {
        if (results.size() != expected) {
            throw new CallException(
                    Fault.NONSENSE, url + " gave " + results.size() + " results for " + expected + " answers");
        }
        int wellFormed = 0;
        Map<String, Integer> faults = new TreeMap<>();
        for (JsonNode result : results) {
            if (!result.path("ok").isBoolean()) {
                throw new CallException(Fault.NONSENSE, url + " gave a result without \"ok\": " + result);
            }
            if (result.path("ok").booleanValue()) {
                wellFormed++;
            } else {
                faults.merge(result.path("reason").asText("unnamed"), 1, Integer::sum);
            }
        }
        return new Result((double) wellFormed / expected, faults);
    }
}
