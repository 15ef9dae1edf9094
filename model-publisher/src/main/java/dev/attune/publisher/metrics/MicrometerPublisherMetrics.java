package dev.attune.publisher.metrics;

import dev.attune.publisher.release.Release;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The only place that knows the names of the publisher's meters. */
public final class MicrometerPublisherMetrics implements PublisherMetrics {

    private static final String PREFIX = "attune.publisher.";

    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer feedbackToServing;
    private final Map<String, Double> latest = new ConcurrentHashMap<>();

    /** The meters of one model. */
    public MicrometerPublisherMetrics(MeterRegistry registry, String tenant, String modelId) {
        this.registry = registry;
        this.tags = Tags.of("tenant", tenant, "model", modelId);
        this.feedbackToServing = Timer.builder(PREFIX + "feedback.to.serving")
                .description("From the last feedback behind a pair to the promotion of a version that learned from it")
                .serviceLevelObjectives(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(30),
                        Duration.ofHours(1),
                        Duration.ofHours(6),
                        Duration.ofDays(1))
                .tags(tags)
                .register(registry);
    }

    @Override
    public void stateChanged(Release release) {
        registry.counter(
                        PREFIX + "releases",
                        tags.and("state", release.state().name().toLowerCase(Locale.ROOT), "reason", reason(release)))
                .increment();
    }

    @Override
    public void replicaAcknowledged(String outcome) {
        registry.counter(PREFIX + "replica.acks", tags.and("outcome", outcome)).increment();
    }

    @Override
    public void feedbackServed(Duration sinceFeedback) {
        feedbackToServing.record(sinceFeedback);
    }

    @Override
    public void stageTook(String stage, Duration duration) {
        registry.timer(PREFIX + "stage.time", tags.and("stage", stage)).record(duration);
    }

    @Override
    public void measured(Map<String, Double> measurements) {
        measurements.forEach((name, value) -> {
            if (latest.put(name, value) == null) {
                registry.gauge(PREFIX + name, tags, latest, map -> map.getOrDefault(name, Double.NaN));
            }
        });
    }

    private static String reason(Release release) {
        return switch (release) {
            case Release.Rejected rejected -> rejected.reason().tag();
            case Release.Superseded superseded -> Release.Superseded.REASON;
            case Release.InProgress inProgress -> "";
            case Release.RolledBack rolledBack -> rolledBack.reason().tag();
            case Release.Serving serving -> "";
            case Release.Draining draining -> "";
            case Release.Retired retired -> "";
        };
    }
}
