package dev.attune.ingest.status;

import dev.attune.events.state.StatusInputKind;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What the status application counts. The names of its meters stand here and nowhere else. */
final class StatusMetrics {
    private final MeterRegistry registry;

    StatusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Something became of an event. */
    void told(StatusInputKind kind) {
        registry.counter("attune.status.inputs", "kind", kind.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    /** A record could not be used. */
    void skipped(String reason) {
        registry.counter("attune.status.skipped", "reason", reason).increment();
    }
}
