package dev.attune.kit;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.Consumer;

/** Starts Helidon servers so that a port in use is one clear message. */
public final class HttpServers {
    private HttpServers() {}

    /**
     * Starts a server on {@code host:port}.
     *
     * @param setting what an operator would change, for the message
     * @throws ConfigException if the port cannot be taken
     */
    public static WebServer start(String setting, String host, int port, HttpRouting.Builder routing) {
        return start(setting, host, port, routing, builder -> {});
    }

    /**
     * As {@link #start(String, String, int, HttpRouting.Builder)}.
     *
     * @param more whatever else the server needs
     */
    public static WebServer start(
            String setting,
            String host,
            int port,
            HttpRouting.Builder routing,
            Consumer<WebServerConfig.Builder> more) {
        requireFree(setting, host, port);
        WebServer server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(routing)
                .update(more)
                .build()
                .start();
        if (!server.isRunning()) {
            // Helidon logs why it could not bind, and returns.
            throw new ConfigException(
                    setting, "port " + port + " on " + host + " could not be taken: see the log above");
        }
        return server;
    }

    /** Asks before Helidon does: it would answer a taken port with a stack trace in the log. */
    private static void requireFree(String setting, String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new ConfigException(
                    setting,
                    "port %d on %s cannot be taken (%s): stop what uses it or choose another"
                            .formatted(port, host, e.getMessage()));
        }
    }
}
