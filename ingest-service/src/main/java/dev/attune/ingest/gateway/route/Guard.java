package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Credential;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.credential.Authentication.Known;
import dev.attune.ingest.gateway.credential.Authentication.Refused;
import dev.attune.ingest.gateway.credential.Credentials;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.rate.Rates;
import dev.attune.ingest.gateway.route.ApiRoutes.Route;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Stands before every route that is not for everybody: who is it, may they, and not too often. Whatever becomes of a request
 * later, it has cost its tenant one event by then.
 */
public final class Guard {
    private static final HeaderName RATE_LIMIT = HeaderNames.create("RateLimit");
    private static final HeaderName RATE_LIMIT_POLICY = HeaderNames.create("RateLimit-Policy");

    private final Credentials credentials;
    private final Cors cors;
    private final Rates rates;
    private final GatewayMetrics metrics;

    public Guard(Credentials credentials, Cors cors, Rates rates, GatewayMetrics metrics) {
        this.credentials = credentials;
        this.cors = cors;
        this.rates = rates;
        this.metrics = metrics;
    }

    /** @param name the route in metrics */
    Handler before(Route route, String name, GuardedHandler handler) {
        return (request, response) -> {
            Caller caller;
            try {
                caller = admit(route, request, response);
            } catch (Rejected rejected) {
                metrics.rejected(name, rejected.reason());
                Responses.rejected(response, rejected);
                return;
            }
            handler.handle(request, response, caller);
        };
    }

    Cors cors() {
        return cors;
    }

    private Caller admit(Route route, ServerRequest request, ServerResponse response) {
        Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
        cors.vary(response);
        Caller caller = switch (credentials.authenticate(request.headers().first(HeaderNames.AUTHORIZATION))) {
            case Known known -> known.caller();
            case Refused refused -> {
                cors.allow(origin, refused.tenant(), response);
                throw refused.rejected();
            }
        };
        cors.allow(origin, caller.tenant(), response);
        rates.take(caller.tenant(), 1).ifPresent(left -> {
            response.header(RATE_LIMIT, "\"tenant\";r=" + left.events());
            response.header(RATE_LIMIT_POLICY, left.policy());
        });
        if (origin.isPresent()
                && credentials.refusesKeysFromBrowsers()
                && caller.credential() instanceof Credential.ApiKey) {
            throw new Rejected(
                    Reason.FORBIDDEN,
                    "an API key came from a browser (the request has an Origin), where anybody can read it: revoke it, and"
                            + " give pages the feedback token that a logged completion is answered with");
        }
        requireScope(route, caller);
        if (caller.grant().isPresent() && !route.feedbackTokens()) {
            throw new Rejected(Reason.FORBIDDEN, "a feedback token is for POST /v1/feedback alone");
        }
        return caller;
    }

    private static void requireScope(Route route, Caller caller) {
        if (route.anyOf().stream().noneMatch(caller.scopes()::contains)) {
            throw new Rejected(
                    Reason.FORBIDDEN,
                    "this credential does not have the scope "
                            + route.anyOf().stream().sorted().map(Scope::title).collect(Collectors.joining(" or "))
                            + ", which it takes");
        }
    }
}
