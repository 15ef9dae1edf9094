package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.ApiRoutes.Route;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What no route takes: a known path with another method, and every other path. Both are problem documents too. */
final class OtherRoutes {
    private final List<Known> known = new ArrayList<>();
    private final String all;
    private final Cors cors;

    /** A route, and what its path looks like. */
    private record Known(Route route, PathMatcher matcher) {}

    private OtherRoutes(List<Route> routes, Cors cors) {
        this.cors = cors;
        routes.forEach(route -> known.add(new Known(route, PathMatchers.create(route.path()))));
        all = routes.stream().map(route -> route.method() + " " + route.path()).collect(Collectors.joining(", "));
    }

    /** To be registered after all others. */
    static void register(HttpRouting.Builder routing, List<Route> routes, Cors cors, GatewayMetrics metrics) {
        OtherRoutes others = new OtherRoutes(routes, cors);
        routing.any((request, response) -> {
            try {
                others.answer(request, response);
            } catch (Rejected rejected) {
                metrics.rejected("other", rejected.reason());
                Responses.rejected(response, rejected);
            }
        });
    }

    private void answer(ServerRequest request, ServerResponse response) {
        List<String> methods = known.stream()
                .filter(one -> one.matcher().match(request.prologue().uriPath()).accepted())
                .map(one -> one.route().method())
                .map(Method::text)
                .distinct()
                .toList();
        if (methods.isEmpty()) {
            throw new Rejected(Reason.NOT_FOUND, "known are " + all);
        }
        String allowed = String.join(", ", methods);
        ServerRequestHeaders headers = request.headers();
        Optional<String> origin = headers.first(HeaderNames.ORIGIN);
        if (request.prologue().method().equals(Method.OPTIONS)
                && origin.isPresent()
                && headers.contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            if (!cors.preflight(origin.get(), allowed, response)) {
                throw new Rejected(
                        Reason.FORBIDDEN, "no tenant allows this origin: a tenant's allowedOrigins have to name it");
            }
            response.status(Status.NO_CONTENT_204).send();
            return;
        }
        response.header(HeaderNames.ALLOW, allowed);
        throw new Rejected(Reason.METHOD_NOT_ALLOWED, "send " + String.join(" or ", methods));
    }
}
