package dev.attune.publisher;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.publisher.gate.ServedGates;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ServedAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks one candidate through its states. Every step can be done again without harm, so that a release which was cut off
 * is simply walked again: what was announced is not announced twice.
 */
final class ReleaseProcess {

    private final AdapterStore adapters;
    private final Delivery delivery;
    private final @Nullable ServedGates gates;
    private final ReleaseLog log;
    private final Lineage lineage;
    private final PublisherMetrics metrics;
    private final Clock clock;
    private final int keepLoaded;

    ReleaseProcess(
            AdapterStore adapters,
            Delivery delivery,
            @Nullable ServedGates gates,
            ReleaseLog log,
            Lineage lineage,
            PublisherMetrics metrics,
            Clock clock,
            int keepLoaded) {
        this.adapters = adapters;
        this.delivery = delivery;
        this.gates = gates;
        this.log = log;
        this.lineage = lineage;
        this.metrics = metrics;
        this.clock = clock;
        this.keepLoaded = keepLoaded;
    }

    /** A step whose time is measured. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws RefusedException;
    }

    void release(Candidate candidate) {
        Release.Received received = log.record(Release.received(candidate));
        Release.InProgress at = received;
        try {
            Verified verified = timed("validate", () -> adapters.validate(candidate));
            Release.Validated validated = log.record(received.validated());
            at = validated;
            CheckpointDirectory stored = timed("store", () -> adapters.store(candidate, verified));
            Release.Stored inStore = log.record(validated.stored());
            at = inStore;
            ServedAdapter adapter = adapters.served(candidate, stored);
            Release.Loading loading = log.record(inStore.loading(delivery.replicaUrls()));
            at = loading;
            timed("load", () -> {
                delivery.load(adapter);
                return adapter;
            });
            Release.Loaded loaded = log.record(loading.loaded());
            at = loaded;
            Release.Verified proven = log.record(loaded.verified(prove(adapter)));
            at = proven;
            promote(proven, stored);
        } catch (RefusedException e) {
            metrics.measured(e.measurements());
            log.record(at.reject(e.reason(), e.detail(), e.measurements()));
        }
    }

    /** Ends the release of what replicas cannot load. Its event says so: nothing of it is read, and serving is not asked. */
    void refuse(Candidate candidate) {
        log.record(log.record(Release.received(candidate))
                .reject(
                        RejectReason.NOT_AN_ADAPTER,
                        "it is of kind " + candidate.kind()
                                + ", and replicas load adapters while they run: start serving"
                                + " from its folder model/, or train with learning.parameters: adapter",
                        Map.of()));
    }

    /** Probes, then the gates on answers; a candidate that does not pass is taken from all replicas. */
    private Map<String, Double> prove(ServedAdapter adapter) throws RefusedException {
        String previous = log.history()
                .current()
                .map(live -> live.candidate().servedName())
                .orElse(null);
        Map<String, Double> measurements = new TreeMap<>(timed("verify", () -> delivery.verify(adapter, previous)));
        if (gates != null) {
            try {
                measurements.putAll(timed("gate", () -> gates.check(adapter.name())));
            } catch (RefusedException e) {
                delivery.unload(adapter.name());
                throw e;
            }
        }
        metrics.measured(measurements);
        return measurements;
    }

    private void promote(Release.Verified proven, CheckpointDirectory stored) {
        List<TrainedBatch> batches = batches(proven.candidate(), stored);
        String previous =
                log.history().current().map(live -> live.candidate().version()).orElse(null);
        Freshness freshness = Freshness.of(batches, clock.instant());
        log.record(proven.promoted(previous, freshness.measurements()));
        freshness.ages().forEach(metrics::feedbackServed);
        retire();
    }

    /** Takes what is beyond the number of versions to keep from the replicas. */
    void retire() {
        List<Live> live = log.history().live();
        for (Live old : live.subList(Math.min(keepLoaded, live.size()), live.size())) {
            delivery.unload(old.candidate().servedName());
            log.record(old.release().retired());
        }
    }

    private List<TrainedBatch> batches(Candidate candidate, CheckpointDirectory stored) {
        try {
            return lineage.batchesSincePromotion(candidate, stored, log.history());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the batches of stored " + candidate.version(), e);
        }
    }

    private <T> T timed(String stage, Step<T> step) throws RefusedException {
        long begun = System.nanoTime();
        try {
            return step.run();
        } finally {
            metrics.stageTook(stage, Duration.ofNanos(System.nanoTime() - begun));
        }
    }
}
