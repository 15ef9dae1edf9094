package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Tenant;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may read our answers (the Fetch standard's CORS): those of the origins that a tenant names. A browser asks
 * before it sends a credential, so that question is answered for the origins of all tenants; the answer proper is readable
 * only where the credential's own tenant names the origin.
 */
public final class Cors {
    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Origin");
    private static final Header ALLOWED_HEADERS = HeaderValues.createCached(
            HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Idempotency-Key, traceparent, tracestate");
    private static final Header EXPOSED = HeaderValues.createCached(
            HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, RateLimit, RateLimit-Policy");
    private static final Header MAX_AGE = HeaderValues.createCached(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");

    private final Collection<Tenant> tenants;
    private final boolean used;

    public Cors(Collection<Tenant> tenants) {
        this.tenants = tenants;
        this.used = tenants.stream().anyMatch(tenant -> !tenant.allowedOrigins().isEmpty());
    }

    /** So that no cache gives one origin the answer to another. */
    void vary(ServerResponse response) {
        if (used) {
            response.header(VARY);
        }
    }

    /** Lets a page read this answer, where the credential's tenant allows its origin. */
    void allow(Optional<String> origin, @Nullable Tenant tenant, ServerResponse response) {
        if (origin.isPresent() && tenant != null && tenant.allowedOrigins().contains(origin.get())) {
            response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin.get());
            response.header(EXPOSED);
        }
    }

    /** Answers the question before a request; false where no tenant allows the origin. */
    boolean preflight(String origin, String methods, ServerResponse response) {
        vary(response);
        if (tenants.stream().noneMatch(tenant -> tenant.allowedOrigins().contains(origin))) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods);
        response.header(ALLOWED_HEADERS);
        response.header(MAX_AGE);
        return true;
    }
}
