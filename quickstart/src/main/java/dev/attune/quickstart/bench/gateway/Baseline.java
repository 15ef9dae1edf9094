package dev.attune.quickstart.bench.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What the gateway's rate is divided by. */
@FunctionalInterface
interface Baseline {
    /**
     * Runs it for so long, with as much on its way as the gateway has.
     *
     * @param latency of requests is added to it, in microseconds
     * @return events per second
     */
    double run(int connections, int batch, Duration length, Histogram latency) throws IOException, InterruptedException;

    static Baseline of(BareProducer producer) {
        return (connections, batch, length, latency) -> producer.run(connections * batch, length);
    }

    static Baseline of(ServerProcess server, List<byte[]> requests) {
        return (connections, batch, length, latency) -> {
            HttpLoad.Result result = HttpLoad.run(server.port(), connections, requests, batch, length);
            latency.add(result.latency());
            return result.eventsPerSecond();
        };
    }
}
