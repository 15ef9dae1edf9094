package dev.attune.publisher.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An HTTP server on this machine that remembers what it was asked, and that can be slow or break off. */
final class FakeServer implements AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    private final List<String> requests = new ArrayList<>();
    private final Map<String, AtomicInteger> dropped = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final WebServer server;
    private volatile int connectionsToDrop;
    private volatile Duration delay = Duration.ZERO;

    /** What an endpoint does with a request. */
    @FunctionalInterface
    interface Endpoint {
        void handle(JsonNode body, ServerResponse response) throws IOException;
    }

    /** What an endpoint does with a request that is no JSON. */
    @FunctionalInterface
    interface RawEndpoint {
        void handle(ServerRequest request, ServerResponse response) throws IOException;
    }

    FakeServer(Consumer<Routes> routes) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routes.accept(new Routes(routing));
        this.server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(routing)
                .build()
                .start();
    }

    /** Endpoints of the server. */
    final class Routes {
        private final HttpRouting.Builder routing;

        private Routes(HttpRouting.Builder routing) {
            this.routing = routing;
        }

        Routes on(String method, String path, Endpoint endpoint) {
            return raw(method, path, (request, response) -> {
                String body = request.content().hasEntity() ? request.content().as(String.class) : "{}";
                endpoint.handle(JSON.readTree(body), response);
            });
        }

        Routes raw(String method, String path, RawEndpoint endpoint) {
            Handler handler = (request, response) -> {
                misbehave(request);
                endpoint.handle(request, response);
            };
            routing.route(Method.create(method), path, handler);
            return this;
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Every answer comes this late. */
    void answersAfter(Duration newDelay) {
        delay = newDelay;
    }

    /** The next connections end without an answer, so many for each path: who asks for one spends none of another's. */
    void dropsConnections(int count) {
        dropped.clear();
        connectionsToDrop = count;
    }

    /** Paths of the requests so far, in order. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    static void send(ServerResponse response, JsonNode body) throws JsonProcessingException {
        response.header("Content-Type", "application/json").send(JSON.writeValueAsString(body));
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop();
    }

    private void misbehave(ServerRequest request) throws InterruptedException {
        String path = request.path().path();
        synchronized (requests) {
            requests.add(path);
        }
        if (dropped.computeIfAbsent(path, key -> new AtomicInteger()).getAndIncrement() < connectionsToDrop) {
            throw new CloseConnectionException("dropped");
        }
        if (delay.isPositive() && closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new CloseConnectionException("closed");
        }
    }
}
