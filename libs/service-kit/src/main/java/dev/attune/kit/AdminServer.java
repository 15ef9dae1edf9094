package dev.attune.kit;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Health and metrics of a process that serves no HTTP of its own. */
public final class AdminServer implements AutoCloseable {
    private final WebServer server;

    private AdminServer(WebServer server) {
        this.server = server;
    }

    public static AdminServer start(AdminSettings settings, Health health, PrometheusMeterRegistry metrics) {
        HttpRouting.Builder routing = HttpRouting.builder();
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
