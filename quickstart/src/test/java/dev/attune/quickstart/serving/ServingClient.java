package dev.attune.quickstart.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Talks to a serving process as its users do. */
final class ServingClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    ServingClient(URI url) {
        this.url = url;
    }

    record Answer(int status, String contentType, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(body, e);
            }
        }

        String error() {
            return json().at("/error/message").asText();
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path)).GET());
    }

    Answer post(String path, String body) {
        return send(HttpRequest.newBuilder(url.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer complete(String body) {
        return post("/v1/completions", body);
    }

    Answer load(String name, Path path) {
        return post(
                "/v1/load_lora_adapter",
                JSON.createObjectNode()
                        .put("lora_name", name)
                        .put("lora_path", path.toString())
                        .toString());
    }

    Answer unload(String name) {
        return post(
                "/v1/unload_lora_adapter",
                JSON.createObjectNode().put("lora_name", name).toString());
    }

    /** Log-probabilities of all tokens but the first. */
    List<Double> promptLogprobs(String model, int... tokens) {
        ObjectNode request = JSON.createObjectNode()
                .put("model", model)
                .put("max_tokens", 1)
                .put("temperature", 0)
                .put("prompt_logprobs", 0);
        var prompt = request.putArray("prompt");
        for (int token : tokens) {
            prompt.add(token);
        }
        Answer answer = complete(request.toString());
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
        JsonNode positions = answer.json().at("/choices/0/prompt_logprobs");
        List<Double> logprobs = new ArrayList<>();
        for (int i = 1; i < tokens.length; i++) {
            logprobs.add(positions
                    .get(i)
                    .get(Integer.toString(tokens[i]))
                    .get("logprob")
                    .asDouble());
        }
        return logprobs;
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
