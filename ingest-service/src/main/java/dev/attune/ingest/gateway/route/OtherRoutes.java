package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.ApiRoutes.Route;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What no route takes: a known path with another method, and every other path. Both are problem documents too. */
final class OtherRoutes {
    private final List<Known> known = new ArrayList<>();
    private final String all;

    /** A route, and what its path looks like. */
    private record Known(Route route, PathMatcher matcher) {}

    private OtherRoutes(List<Route> routes) {
        routes.forEach(route -> known.add(new Known(route, PathMatchers.create(route.path()))));
        all = routes.stream().map(route -> route.method() + " " + route.path()).collect(Collectors.joining(", "));
    }

    /** To be registered after all others. */
    static void register(HttpRouting.Builder routing, List<Route> routes, GatewayMetrics metrics) {
        OtherRoutes others = new OtherRoutes(routes);
        routing.any((request, response) -> {
            Rejected rejected = others.rejection(request, response);
            metrics.rejected("other", rejected.reason());
            Responses.rejected(response, rejected);
        });
    }

    private Rejected rejection(ServerRequest request, ServerResponse response) {
        List<String> methods = known.stream()
                .filter(one -> one.matcher().match(request.prologue().uriPath()).accepted())
                .map(one -> one.route().method())
                .map(Method::text)
                .distinct()
                .toList();
        if (methods.isEmpty()) {
            return new Rejected(Reason.NOT_FOUND, "known are " + all);
        }
        response.header(HeaderNames.ALLOW, String.join(", ", methods));
        return new Rejected(Reason.METHOD_NOT_ALLOWED, "send " + String.join(" or ", methods));
    }
}
