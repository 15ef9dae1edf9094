package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.credential.Authentication.Known;
import dev.attune.ingest.gateway.credential.Authentication.Refused;
import dev.attune.ingest.gateway.credential.Credentials;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.ApiRoutes.Route;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.util.stream.Collectors;

/** Stands before every route that is not for everybody. */
public final class Guard {
    private final Credentials credentials;
    private final GatewayMetrics metrics;

    public Guard(Credentials credentials, GatewayMetrics metrics) {
        this.credentials = credentials;
        this.metrics = metrics;
    }

    /** @param name the route in metrics */
    Handler before(Route route, String name, GuardedHandler handler) {
        return (request, response) -> {
            Caller caller;
            try {
                caller = admit(route, request);
            } catch (Rejected rejected) {
                metrics.rejected(name, rejected.reason());
                Responses.rejected(response, rejected);
                return;
            }
            handler.handle(request, response, caller);
        };
    }

    private Caller admit(Route route, ServerRequest request) {
        Caller caller = switch (credentials.authenticate(request.headers().first(HeaderNames.AUTHORIZATION))) {
            case Known known -> known.caller();
            case Refused refused -> throw refused.rejected();
        };
        if (route.anyOf().stream().noneMatch(caller.scopes()::contains)) {
            throw new Rejected(
                    Reason.FORBIDDEN,
                    "this credential does not have the scope "
                            + route.anyOf().stream().sorted().map(Scope::title).collect(Collectors.joining(" or "))
                            + ", which it takes");
        }
        if (caller.grant().isPresent() && !route.feedbackTokens()) {
            throw new Rejected(Reason.FORBIDDEN, "a feedback token is for POST /v1/feedback alone");
        }
        return caller;
    }
}
