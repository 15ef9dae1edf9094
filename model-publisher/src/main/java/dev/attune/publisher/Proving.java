package dev.attune.publisher;

import dev.attune.publisher.gate.ServedGates;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ServedAdapter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Brings a version to the replicas and has it prove itself there; what does not is taken from all of them again. */
final class Proving {

    private final Delivery delivery;
    private final @Nullable ServedGates gates;
    private final PublisherMetrics metrics;

    /** @param gates on what is served; null for none */
    Proving(Delivery delivery, @Nullable ServedGates gates, PublisherMetrics metrics) {
        this.delivery = delivery;
        this.gates = gates;
        this.metrics = metrics;
    }

    List<String> replicas() {
        return delivery.replicaUrls();
    }

    void load(ServedAdapter adapter) throws RefusedException {
        delivery.load(adapter);
    }

    /**
     * First the probes, then the gates on answers.
     *
     * @param current what users are answered with
     * @return what was measured, by name
     */
    Map<String, Double> prove(ServedAdapter adapter, Optional<Live> current) throws RefusedException {
        String previous = current.map(live -> live.candidate().servedName()).orElse(null);
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

    /** From every replica that can be reached. */
    void takeBack(Candidate candidate) {
        delivery.unload(candidate.servedName());
    }

    /** A stage whose time is measured. */
    @FunctionalInterface
    private interface Stage {
        Map<String, Double> run() throws RefusedException;
    }

    private Map<String, Double> timed(String name, Stage stage) throws RefusedException {
        long begun = System.nanoTime();
        try {
            return stage.run();
        } finally {
            metrics.stageTook(name, Duration.ofNanos(System.nanoTime() - begun));
        }
    }
}
