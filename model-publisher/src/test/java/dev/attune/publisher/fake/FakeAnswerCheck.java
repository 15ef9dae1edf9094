package dev.attune.publisher.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A team's answer check that finds a set share of each model's answers well-formed. */
public final class FakeAnswerCheck implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final WebServer server;
    private final Map<String, Double> shares = new ConcurrentHashMap<>();
    private final List<String> checkedModels = new ArrayList<>();
    private volatile int missingResults;

    public FakeAnswerCheck() {
        HttpRouting.Builder routing = HttpRouting.builder().post("/check", (request, response) -> {
            ObjectNode answer = check(JSON.readTree(request.content().as(String.class)));
            response.header("Content-Type", "application/json").send(JSON.writeValueAsString(answer));
        });
        this.server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(routing)
                .build()
                .start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.port() + "/check";
    }

    /** Of this model's answers, the first share is well-formed; without a setting all are. */
    public FakeAnswerCheck finds(String model, double share) {
        shares.put(model, share);
        return this;
    }

    public FakeAnswerCheck leavesOutResults(int count) {
        missingResults = count;
        return this;
    }

    /** Models whose answers came, in order. */
    public List<String> checkedModels() {
        synchronized (checkedModels) {
            return List.copyOf(checkedModels);
        }
    }

    private ObjectNode check(JsonNode body) {
        String model = body.path("model").asText();
        synchronized (checkedModels) {
            checkedModels.add(model);
        }
        int answers = body.path("answers").size();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        long wellFormed = Math.round(shares.getOrDefault(model, 1.0) * answers);
        for (int i = missingResults; i < answers; i++) {
            ObjectNode result = results.addObject().put("ok", i < wellFormed);
            if (i >= wellFormed) {
                result.put("reason", "repetition");
            }
        }
        return answer;
    }

    @Override
    public void close() {
        server.stop();
    }
}
