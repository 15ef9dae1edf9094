package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.f4b6a3.uuid.UuidCreator;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reports to the gateway over HTTP, as a product does. A busy gateway is asked again: the event id makes that harmless. */
final class GatewayClient {
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MS = 100;

    private final JsonHttp http;
    private final String url;
    private final Map<String, String> headers;

    GatewayClient(JsonHttp http, String url, String apiKey) {
        this.http = http;
        this.url = url;
        this.headers = Map.of("Authorization", "Bearer " + apiKey);
    }

    void completion(String turnId, String completionId, String version, String question, String answer, String userId)
            throws IOException, InterruptedException {
        post(
                "/v1/completions",
                Map.of(
                        "turnId", turnId,
                        "completionId", completionId,
                        "modelVersion", version,
                        "messages", List.of(Map.of("role", "user", "content", question)),
                        "text", answer,
                        "userId", userId,
                        "sampling", Map.of("temperature", 1.0)));
    }

    /**
     * Reports a pick.
     *
     * @param outcome CHOSEN, TIE or BOTH_BAD
     * @return the event's id
     */
    String pick(String turnId, String userId, String outcome, String chosen, String rejected)
            throws IOException, InterruptedException {
        return post(
                "/v1/feedback",
                Map.of(
                        "kind", "PICK",
                        "turnId", turnId,
                        "userId", userId,
                        "pick", outcome,
                        "chosenCompletionId", chosen,
                        "rejectedCompletionId", rejected));
    }

    void thumb(String turnId, String userId, String completionId, boolean up) throws IOException, InterruptedException {
        post(
                "/v1/feedback",
                Map.of(
                        "kind", "THUMB",
                        "turnId", turnId,
                        "userId", userId,
                        "thumb", up ? "UP" : "DOWN",
                        "completionId", completionId));
    }

    /** What became of an event; nothing where that is not known yet. */
    Optional<JsonNode> fate(String eventId) throws IOException, InterruptedException {
        try {
            return Optional.of(http.get(url + "/v1/feedback/" + eventId, headers));
        } catch (JsonHttp.StatusException e) {
            if (e.isNotFound() || e.isBusy()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String post(String path, Map<String, Object> fields) throws IOException, InterruptedException {
        Map<String, Object> event = new HashMap<>(fields);
        String eventId = UuidCreator.getTimeOrderedEpoch().toString();
        event.put("eventId", eventId);
        for (int attempt = 1; ; attempt++) {
            try {
                http.post(url + path, event, headers);
                return eventId;
            } catch (JsonHttp.StatusException e) {
                if (!e.isBusy() || attempt == ATTEMPTS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS * attempt);
            }
        }
    }
}
