package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** What no route takes: a known path with another method, and every other path. Both are problem documents too. */
public final class OtherRoutes {
    private static final Set<String> EVENT_PATHS = Set.of("/v1/completions", "/v1/feedback");

    private OtherRoutes() {}

    /** To be registered after all others. */
    public static void register(HttpRouting.Builder routing, GatewayMetrics metrics) {
        routing.any((request, response) -> {
            Rejected rejected = rejection(request, response);
            metrics.rejected("other", rejected.reason());
            Responses.rejected(response, rejected);
        });
    }

    private static Rejected rejection(ServerRequest request, ServerResponse response) {
        if (EVENT_PATHS.contains(request.path().path())) {
            response.header(HeaderNames.ALLOW, Method.POST.text());
            return new Rejected(Reason.METHOD_NOT_ALLOWED, "send POST");
        }
        return new Rejected(
                Reason.NOT_FOUND,
                "known are POST /v1/completions, POST /v1/feedback, GET /health/live, GET /health/ready and GET /metrics");
    }
}
