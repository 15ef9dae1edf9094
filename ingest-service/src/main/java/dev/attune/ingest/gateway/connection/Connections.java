package dev.attune.ingest.gateway.connection;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All connections of the server: so many, and none for longer than its time. Helidon's own time limits begin anew with every
 * byte that comes, so a client that drips would never meet one.
 */
public final class Connections implements ServerConnectionSelector, AutoCloseable {
    private static final long LOOKS_PER_TIMEOUT = 10;
    private static final long MOST_BETWEEN_LOOKS_MS = 500;
    private static final int MOST_HEADER_BYTES = 16_384;
    private static final int MOST_FIRST_LINE_BYTES = 4096;

    private final ServerConnectionSelector http1 = Http1ConnectionSelector.builder()
            .config(Http1Config.builder()
                    .maxPrologueLength(MOST_FIRST_LINE_BYTES)
                    .maxHeadersSize(MOST_HEADER_BYTES)
                    .buildPrototype())
            .build();
    private final Set<WatchedConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("connections").daemon(true).factory());
    private final int most;
    private final WatchedConnection.Times times;
    private final Consumer<Reason> rejections;

    /**
     * @param most so many are served at once
     * @param requestTime from the first byte of a request to its last
     * @param idleTime without a request
     * @param rejections is told of every refusal
     */
    public Connections(int most, Duration requestTime, Duration idleTime, Consumer<Reason> rejections) {
        this.most = most;
        this.times = new WatchedConnection.Times(requestTime.toNanos(), idleTime.toNanos());
        this.rejections = rejections;
        long shortest = Math.min(requestTime.toMillis(), idleTime.toMillis());
        long period = Math.clamp(shortest / LOOKS_PER_TIMEOUT, 10, MOST_BETWEEN_LOOKS_MS);
        ScheduledFuture<?> _ = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    public int count() {
        return open.size();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        if (open.size() >= most) {
            rejections.accept(Reason.TOO_MANY_CONNECTIONS);
            return new Turned(context);
        }
        WatchedConnection watched = new WatchedConnection(context, times);
        return new Served(watched, http1.connection(watched));
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void look() {
        long now = System.nanoTime();
        for (WatchedConnection connection : open) {
            if (connection.endIfLate(now)) {
                rejections.accept(Reason.REQUEST_TOO_SLOW);
            }
        }
    }

    /** A connection that is watched for as long as it is served. */
    private final class Served implements ServerConnection {
        private final WatchedConnection watched;
        private final ServerConnection http;

        Served(WatchedConnection watched, ServerConnection http) {
            this.watched = watched;
            this.http = http;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            open.add(watched);
            try {
                http.handle(limit);
            } finally {
                open.remove(watched);
            }
        }

        @Override
        public Duration idleTime() {
            return http.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            http.close(interrupt);
        }
    }

    /** A connection too many: it is told so, and ends. */
    private record Turned(ConnectionContext context) implements ServerConnection {
        @Override
        public void handle(Limit limit) {
            context.dataWriter()
                    .writeNow(BufferData.create(TransportProblems.raw(new Rejected(
                            Reason.TOO_MANY_CONNECTIONS, "too many connections are open: try again later"))));
        }

        @Override
        public Duration idleTime() {
            return Duration.ZERO;
        }

        @Override
        public void close(boolean interrupt) {
            // It ends by itself, at once.
        }
    }
}
