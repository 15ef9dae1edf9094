package dev.attune.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;

/** {@code GET /health/live}, {@code /health/ready} and {@code /metrics} on a Helidon routing. */
public final class AdminRoutes {
    public static final List<String> PATHS = List.of("/health/live", "/health/ready", "/metrics");

    private static final ObjectMapper JSON = new ObjectMapper();

    private AdminRoutes() {}

    public static void register(HttpRouting.Builder routing, Health health, PrometheusMeterRegistry metrics) {
        routing.get("/health/live", (request, response) -> answer(response, health.livenessProblems()))
                .get("/health/ready", (request, response) -> answer(response, health.readinessProblems()))
                .get(
                        "/metrics",
                        (request, response) -> response.header(
                                        HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                                .send(metrics.scrape()));
    }

    private static void answer(ServerResponse response, Map<String, String> problems) throws JsonProcessingException {
        response.status(problems.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(JSON.writeValueAsString(
                        Map.of("status", problems.isEmpty() ? "up" : "down", "problems", problems)));
    }
}
