package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.kit.AdminRoutes;
import dev.attune.kit.Health;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The table of all routes: each says who may call it, and there is no other way to add one. What a path takes, and how it is
 * answered when it takes something else, follows from the table.
 */
public final class ApiRoutes {
    private final HttpRouting.Builder routing = HttpRouting.builder();
    private final List<Route> routes = new ArrayList<>();
    private final Guard guard;
    private final GatewayMetrics metrics;

    /**
     * A route and who may call it.
     *
     * @param path Helidon's pattern: {@code /v1/feedback/{eventId}}
     * @param anyOf a caller needs one of these scopes; everybody may where it is empty
     * @param feedbackTokens whether the token of a browser is a credential here
     */
    public record Route(Method method, String path, Set<Scope> anyOf, boolean feedbackTokens) {
        public boolean isOpen() {
            return anyOf.isEmpty();
        }
    }

    public ApiRoutes(Guard guard, GatewayMetrics metrics) {
        this.guard = guard;
        this.metrics = metrics;
    }

    /** A route that everybody may call. */
    public ApiRoutes open(Method method, String path, Handler handler) {
        routes.add(new Route(method, path, Set.of(), false));
        routing.route(method, path, handler);
        return this;
    }

    /**
     * A route for callers with one of the scopes.
     *
     * @param name the route in metrics
     */
    public ApiRoutes guarded(Method method, String path, String name, Set<Scope> anyOf, GuardedHandler handler) {
        return guarded(new Route(method, path, anyOf, false), name, handler);
    }

    /** As {@link #guarded}, and a browser may call it with a feedback token. */
    public ApiRoutes forBrowsers(Method method, String path, String name, Set<Scope> anyOf, GuardedHandler handler) {
        return guarded(new Route(method, path, anyOf, true), name, handler);
    }

    private ApiRoutes guarded(Route route, String name, GuardedHandler handler) {
        if (route.isOpen()) {
            throw new IllegalArgumentException(route.path() + " names no scope: nobody would be asked for one");
        }
        routes.add(route);
        routing.route(route.method(), route.path(), guard.before(route, name, handler));
        return this;
    }

    /** Health and metrics. */
    public ApiRoutes admin(Health health, PrometheusMeterRegistry prometheus) {
        AdminRoutes.PATHS.forEach(path -> routes.add(new Route(Method.GET, path, Set.of(), false)));
        AdminRoutes.register(routing, health, prometheus);
        return this;
    }

    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** All of them, and an answer to every other request. */
    public HttpRouting.Builder routing() {
        OtherRoutes.register(routing, routes(), guard.cors(), metrics);
        return routing;
    }
}
