package dev.attune.kit;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Health and metrics of a process that has no other HTTP server. */
public final class AdminServer implements AutoCloseable {
    private final WebServer server;

    private AdminServer(WebServer server) {
        this.server = server;
    }

    public static AdminServer start(AdminSettings settings, Health health, PrometheusMeterRegistry metrics) {
        return start(settings, health, metrics, HttpRouting.builder());
    }

    /** @param routing what else the process answers on this port */
    public static AdminServer start(
            AdminSettings settings, Health health, PrometheusMeterRegistry metrics, HttpRouting.Builder routing) {
        AdminRoutes.register(routing, health, metrics);
        return new AdminServer(HttpServers.start("admin.port", settings.host(), settings.port(), routing));
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
