package dev.attune.quickstart.bench.publisher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.SafeTensors;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A replica behind the part of vLLM's HTTP API that the publisher uses, which does what it is told in no time: of an adapter it
 * reads the header alone. What is measured with it is the publisher's own.
 */
final class InstantReplica implements AutoCloseable {

    static final String BASE = "base";
    /** In the metadata of an adapter's weights: what {@link BenchLanguageModel} computes with. */
    static final String SEED = "bench.seed";

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Long> seeds = new ConcurrentHashMap<>(Map.of(BASE, BenchLanguageModel.BASE));
    private final WebServer server;

    InstantReplica() {
        server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(HttpRouting.builder()
                        .get("/health", (request, response) -> response.send())
                        .get("/v1/models", (request, response) -> models(response))
                        .post("/v1/load_lora_adapter", this::load)
                        .post("/v1/unload_lora_adapter", this::unload)
                        .post("/v1/completions", this::complete))
                .build()
                .start();
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    private void models(ServerResponse response) {
        ObjectNode answer = JSON.createObjectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        seeds.keySet().forEach(name -> data.addObject().put("id", name).put("object", "model"));
        response.send(answer.toString());
    }

    private void load(ServerRequest request, ServerResponse response) throws IOException {
        JsonNode body = body(request);
        Path weights = Path.of(body.path("lora_path").asText()).resolve("adapter_model.safetensors");
        try (SafeTensors adapter = SafeTensors.open(weights)) {
            long seed = Long.parseLong(adapter.metadata().getOrDefault(SEED, "0"));
            seeds.put(body.path("lora_name").asText(), seed);
        }
        response.send("Success: LoRA adapter '" + body.path("lora_name").asText() + "' added successfully.");
    }

    private void unload(ServerRequest request, ServerResponse response) throws IOException {
        seeds.remove(body(request).path("lora_name").asText());
        response.send("Success: removed.");
    }

    private void complete(ServerRequest request, ServerResponse response) throws IOException {
        JsonNode body = body(request);
        String model = body.path("model").asText();
        @Nullable Long seed = seeds.get(model);
        if (seed == null) {
            response.status(Status.NOT_FOUND_404)
                    .send("{\"error\":{\"message\":\"The model does not exist.\",\"code\":404}}");
            return;
        }
        List<Integer> tokens = new ArrayList<>();
        body.path("prompt").forEach(token -> tokens.add(token.asInt()));
        List<Double> logps = BenchLanguageModel.logps(seed, tokens);
        ObjectNode answer = JSON.createObjectNode().put("model", model);
        ObjectNode choice =
                answer.putArray("choices").addObject().put("index", 0).put("text", "");
        ArrayNode promptLogprobs = choice.putArray("prompt_logprobs").addNull();
        for (int i = 0; i < logps.size(); i++) {
            promptLogprobs
                    .addObject()
                    .putObject(String.valueOf(tokens.get(i + 1)))
                    .put("logprob", logps.get(i));
        }
        response.send(answer.toString());
    }

    private static JsonNode body(ServerRequest request) throws IOException {
        return JSON.readTree(request.content().as(String.class));
    }

    @Override
    public void close() {
        server.stop();
    }
}
