package dev.attune.ingest.gateway.metrics;

import dev.attune.ingest.gateway.privacy.Kind;
import dev.attune.ingest.gateway.problem.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What the gateway counts. The names of its meters stand here and nowhere else. */
public final class GatewayMetrics {
    private final MeterRegistry registry;
    /** Looking a meter up by name and tags costs more than counting with it, and happens on every request. */
    private final Map<String, Timer> acknowledgements = new ConcurrentHashMap<>();

    private final Map<String, Counter> requests = new ConcurrentHashMap<>();

    public GatewayMetrics(MeterRegistry registry, LongSupplier inFlightBytes) {
        this.registry = registry;
        Gauge.builder("attune.gateway.in.flight.bytes", inFlightBytes, LongSupplier::getAsLong)
                .strongReference(true)
                .register(registry);
        for (Reason reason : Reason.values()) {
            // From the start, so that a first rejection shows as a rise and not as a new series.
            rejections(reason).increment(0);
        }
        for (Kind kind : Kind.values()) {
            redactions(kind).increment(0);
        }
    }

    /** Of what reaches no route. */
    public static final String NO_ROUTE = "other";

    public void gauges(IntSupplier connections, IntSupplier requests) {
        Gauge.builder("attune.gateway.connections", connections, IntSupplier::getAsInt)
                .strongReference(true)
                .register(registry);
        Gauge.builder("attune.gateway.in.flight.requests", requests, IntSupplier::getAsInt)
                .strongReference(true)
                .register(registry);
    }

    /** An event is stored and acknowledged, so long after its request came. */
    public void acknowledged(String route, Duration took) {
        acknowledgements.computeIfAbsent(route, this::acknowledgement).record(took);
        request(route, "accepted");
    }

    private Timer acknowledgement(String route) {
        return Timer.builder("attune.gateway.acknowledgement")
                .description("Time from a request to the acknowledgement of its event")
                .tag("route", route)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
    }

    /** Items of a batch that are stored. */
    public void itemsAccepted(int count) {
        items("accepted", count);
    }

    /** An item of a batch that was refused while its batch was taken. */
    public void itemRejected(Reason reason) {
        rejections(reason).increment();
        items("rejected", 1);
    }

    private void items(String outcome, int count) {
        registry.counter("attune.gateway.batch.items", "outcome", outcome).increment(count);
    }

    /** A question was answered. */
    public void answered(String route) {
        request(route, "accepted");
    }

    public void rejected(String route, Reason reason) {
        rejections(reason).increment();
        request(route, "rejected");
    }

    /**
     * A file that is watched changed.
     *
     * @param what which
     * @param used false where it could not be used, and what was read before stays
     */
    public void reloaded(String what, boolean used) {
        registry.counter("attune.gateway.reloads", "what", what, "outcome", used ? "used" : "refused")
                .increment();
    }

    /** Spans or evaluations that the collector did not take. */
    public void lost(String signal, int count) {
        registry.counter("attune.gateway.telemetry.lost", "signal", signal).increment(count);
    }

    /** Something in a text was replaced by a placeholder. */
    public void redacted(Kind kind) {
        redactions(kind).increment();
    }

    private Counter redactions(Kind kind) {
        return registry.counter("attune.gateway.redactions", "kind", kind.tag());
    }

    private void request(String route, String outcome) {
        requests.computeIfAbsent(
                        route + " " + outcome,
                        key -> registry.counter("attune.gateway.requests", "route", route, "outcome", outcome))
                .increment();
    }

    private Counter rejections(Reason reason) {
        return registry.counter("attune.gateway.rejections", "reason", reason.tag());
    }
}
