package dev.attune.ingest.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the gateway counts. The names of its meters stand here and nowhere else. */
final class GatewayMetrics {
    private final MeterRegistry registry;

    GatewayMetrics(MeterRegistry registry, InFlightBytes inFlight) {
        this.registry = registry;
        registry.gauge("attune.gateway.in.flight.bytes", inFlight, InFlightBytes::held);
        for (Reason reason : Reason.values()) {
            // From the start, so that a first rejection shows as a rise and not as a new series.
            rejections(reason).increment(0);
        }
    }

    /** An event is stored and acknowledged, so long after its request came. */
    void acknowledged(String route, Duration took) {
        Timer.builder("attune.gateway.acknowledgement")
                .description("Time from a request to the acknowledgement of its event")
                .tag("route", route)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry)
                .record(took);
        request(route, "accepted");
    }

    void rejected(String route, Reason reason) {
        rejections(reason).increment();
        request(route, "rejected");
    }

    private void request(String route, String outcome) {
        registry.counter("attune.gateway.requests", "route", route, "outcome", outcome)
                .increment();
    }

    private Counter rejections(Reason reason) {
        return registry.counter("attune.gateway.rejections", "reason", reason.tag());
    }
}
