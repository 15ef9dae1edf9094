package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Asks the served model, as a product does: through the serving process's HTTP API. */
final class ServingClient {
    private static final int MOST_TOKENS = 100;

    private final JsonHttp http;
    private final String url;

    ServingClient(JsonHttp http, String url) {
        this.http = http;
        this.url = url;
    }

    /**
     * One sampled answer.
     *
     * @param tokens the ids of prompt and answer
     * @param promptLength how many of them are the prompt's
     * @param logp summed log-probability of the answer's tokens, in nats
     */
    record Answer(String text, boolean ended, List<Integer> tokens, int promptLength, double logp) {}

    /** {@code count} answers to one question, sampled at temperature 1. */
    List<Answer> chat(String model, String question, int count, long seed) throws IOException, InterruptedException {
        JsonNode response = http.post(
                url + "/v1/chat/completions",
                Map.of(
                        "model",
                        model,
                        "messages",
                        List.of(Map.of("role", "user", "content", question)),
                        "n",
                        count,
                        "temperature",
                        1.0,
                        "max_tokens",
                        MOST_TOKENS,
                        "seed",
                        seed,
                        "logprobs",
                        true,
                        "return_token_ids",
                        true),
                Map.of());
        List<Integer> prompt = ints(response.path("prompt_token_ids"));
        List<Answer> answers = new ArrayList<>();
        for (JsonNode choice : response.path("choices")) {
            List<Integer> answer = ints(choice.path("token_ids"));
            double logp = 0;
            for (JsonNode token : choice.path("logprobs").path("content")) {
                logp += token.path("logprob").asDouble();
            }
            answers.add(new Answer(
                    choice.path("message").path("content").asText(),
                    choice.path("finish_reason").asText().equals("stop"),
                    Stream.concat(prompt.stream(), answer.stream()).toList(),
                    prompt.size(),
                    logp));
        }
        return answers;
    }

    /** Summed log-probability, in nats, of an answer's tokens under another model. */
    double logp(String model, Answer answer) throws IOException, InterruptedException {
        JsonNode response = http.post(
                url + "/v1/completions",
                Map.of(
                        "model", model,
                        "prompt", answer.tokens(),
                        "max_tokens", 1,
                        "temperature", 0,
                        "prompt_logprobs", 0),
                Map.of());
        JsonNode positions = response.path("choices").path(0).path("prompt_logprobs");
        double logp = 0;
        for (int i = answer.promptLength(); i < answer.tokens().size(); i++) {
            logp += positions
                    .path(i)
                    .path(Integer.toString(answer.tokens().get(i)))
                    .path("logprob")
                    .asDouble();
        }
        return logp;
    }

    private static List<Integer> ints(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }
}
