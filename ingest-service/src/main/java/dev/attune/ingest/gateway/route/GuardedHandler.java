package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Answers a request whose sender is known and may send it. */
@FunctionalInterface
public interface GuardedHandler {
    void handle(ServerRequest request, ServerResponse response, Caller caller);
}
