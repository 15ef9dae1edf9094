package dev.attune.quickstart.bench.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A closed loop of clients in one thread: each connection sends its next request when the answer to the one before is there.
 * It does as little as a client can, for it shares the cores with what is measured.
 */
final class HttpLoad {
    private static final long HIGHEST_LATENCY_MICROS = Duration.ofMinutes(2).toNanos() / 1_000;
    private static final int DIGITS = 3;
    private static final Duration STANDSTILL = Duration.ofSeconds(30);

    private HttpLoad() {}

    /**
     * What came of it.
     *
     * @param accepted events that were acknowledged
     * @param refused events that were not
     * @param latency of requests, in microseconds
     */
    record Result(double seconds, long requests, long accepted, long refused, Histogram latency) {
        double eventsPerSecond() {
            return accepted / seconds;
        }
    }

    /**
     * Sends for so long.
     *
     * @param requests whole HTTP requests; they are sent in turn, again and again
     * @param eventsOfRequest how many events each of them has
     */
    static Result run(int port, int connections, List<byte[]> requests, int eventsOfRequest, Duration length)
            throws IOException {
        Histogram latency = new Histogram(HIGHEST_LATENCY_MICROS, DIGITS);
        long sent = 0;
        long accepted = 0;
        List<HttpConnection> all = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            for (int i = 0; i < connections; i++) {
                all.add(HttpConnection.open(server, selector));
            }
            long begin = System.nanoTime();
            long end = begin + length.toNanos();
            for (HttpConnection connection : all) {
                connection.send(requests.get((int) (sent++ % requests.size())));
            }
            long answered = 0;
            long now = begin;
            while (now < end) {
                if (selector.select(STANDSTILL.toMillis()) == 0) {
                    throw new IOException("no answer for " + STANDSTILL.toSeconds() + " s");
                }
                now = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    HttpConnection connection = (HttpConnection) key.attachment();
                    if (!connection.advance()) {
                        continue;
                    }
                    long arrived = System.nanoTime();
                    latency.recordValue(Math.min(HIGHEST_LATENCY_MICROS, (arrived - connection.sentAt()) / 1_000));
                    accepted += connection.accepted();
                    answered++;
                    connection.send(requests.get((int) (sent++ % requests.size())));
                }
                selector.selectedKeys().clear();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Result(seconds, answered, accepted, answered * eventsOfRequest - accepted, latency);
        } finally {
            for (HttpConnection connection : all) {
                connection.close();
            }
        }
    }
}
