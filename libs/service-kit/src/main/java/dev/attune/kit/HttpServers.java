package dev.attune.kit;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.BindException;

/** Starts Helidon servers so that a port in use is one clear message. */
public final class HttpServers {
    private HttpServers() {}

    /**
     * Starts a server on {@code host:port}.
     *
     * @param setting what an operator would change, for the message
     * @throws ConfigException if the port is in use
     */
    public static WebServer start(String setting, String host, int port, HttpRouting.Builder routing) {
        WebServer server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(routing)
                .build();
        try {
            return server.start();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new ConfigException(
                            setting,
                            "port " + port + " on " + host + " cannot be taken (" + cause.getMessage()
                                    + "): stop what uses it or choose another");
                }
            }
            throw e;
        }
    }
}
