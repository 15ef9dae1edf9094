package dev.attune.publisher.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a service and passes everything on but one header, as a service does that does not know the header; or all,
 * but breaks off the first object that it is asked for.
 */
final class HeaderDroppingProxy implements AutoCloseable {

    /** Those that belong to a connection. */
    private static final Set<String> HOP_BY_HOP =
            Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade", "http2-settings");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String target;
    private final String dropped;
    private final AtomicInteger toBreakOff = new AtomicInteger();

    private HeaderDroppingProxy(HttpServer server, String target, String dropped) {
        this.server = server;
        this.target = target;
        this.dropped = dropped.toLowerCase(Locale.ROOT);
    }

    static HeaderDroppingProxy start(String target, String dropped) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HeaderDroppingProxy proxy = new HeaderDroppingProxy(server, target, dropped);
        server.createContext("/", proxy::pass);
        server.start();
        return proxy;
    }

    /** Drops nothing. The server's own thread serves all requests, each to its end. */
    static HeaderDroppingProxy startOneAtATime(String target) throws IOException {
        return start(target, "none");
    }

    /** In the middle of its body. */
    HeaderDroppingProxy breakOffFirst() {
        toBreakOff.set(1);
        return this;
    }

    /** Whether it has done so. */
    boolean hasBrokenOff() {
        return toBreakOff.get() < 0;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            exchange.getRequestHeaders().forEach((name, values) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                if (!HOP_BY_HOP.contains(lower) && !lower.equals(dropped)) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            byte[] body = answer.body();
            exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
            boolean breaksOff =
                    exchange.getRequestMethod().equals("GET") && body.length > 1 && toBreakOff.compareAndSet(1, -1);
            exchange.getResponseBody().write(body, 0, breaksOff ? body.length / 2 : body.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
