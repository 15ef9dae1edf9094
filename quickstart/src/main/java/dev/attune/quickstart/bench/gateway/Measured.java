package dev.attune.quickstart.bench.gateway;

import dev.attune.quickstart.bench.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** One way of sending on so many connections, and what came of it so far. */
final class Measured {
    private static final long HIGHEST_MICROS = 120_000_000;
    private static final int DIGITS = 3;

    private final int connections;
    private final int batch;
    private final List<byte[]> requests;
    private final ServerProcess gateway;
    private final ServerProcess withoutKafka;
    private final Baseline baseline;
    private final List<GatewayReport.Round> rounds = new ArrayList<>();
    private final Histogram latency = new Histogram(HIGHEST_MICROS, DIGITS);
    private final Histogram baselineLatency = new Histogram(HIGHEST_MICROS, DIGITS);
    private double heapMegabytes;
    private double residentMegabytes;

    Measured(
            int connections,
            int batch,
            List<byte[]> requests,
            ServerProcess gateway,
            ServerProcess withoutKafka,
            Baseline baseline) {
        this.connections = connections;
        this.batch = batch;
        this.requests = requests;
        this.gateway = gateway;
        this.withoutKafka = withoutKafka;
        this.baseline = baseline;
    }

    int connections() {
        return connections;
    }

    int batch() {
        return batch;
    }

    /** @throws IllegalStateException if an event was refused: rates of refusals say nothing */
    GatewayReport.Round round(Duration length, boolean counts) throws IOException, InterruptedException {
        Histogram ignored = new Histogram(HIGHEST_MICROS, DIGITS);
        HttpLoad.Result ours = HttpLoad.run(gateway.port(), connections, requests, batch, length);
        require(ours);
        double theirs = baseline.run(connections, batch, length, counts ? baselineLatency : ignored);
        HttpLoad.Result without = HttpLoad.run(withoutKafka.port(), connections, requests, batch, length);
        require(without);
        GatewayReport.Round round = new GatewayReport.Round(ours.eventsPerSecond(), theirs, without.eventsPerSecond());
        if (counts) {
            rounds.add(round);
            latency.add(ours.latency());
            heapMegabytes = Math.max(heapMegabytes, gateway.heapMegabytes());
            residentMegabytes = Math.max(residentMegabytes, gateway.residentMegabytes());
        }
        return round;
    }

    GatewayReport.Scenario scenario() {
        return new GatewayReport.Scenario(
                connections,
                batch,
                spread(GatewayReport.Round::gateway),
                spread(GatewayReport.Round::baseline),
                spread(GatewayReport.Round::ratio),
                spread(GatewayReport.Round::withoutKafka),
                latency(latency),
                latency(baselineLatency),
                heapMegabytes,
                residentMegabytes,
                List.copyOf(rounds));
    }

    private Spread spread(ToDoubleFunction<GatewayReport.Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private static GatewayReport.Latency latency(Histogram micros) {
        return new GatewayReport.Latency(
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3);
    }

    private void require(HttpLoad.Result result) {
        if (result.refused() > 0) {
            throw new IllegalStateException("%d of %d events were refused on %d connections"
                    .formatted(result.refused(), result.refused() + result.accepted(), connections));
        }
    }
}
