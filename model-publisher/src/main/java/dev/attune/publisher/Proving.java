package dev.attune.publisher;

import dev.attune.publisher.gate.CandidateGates;
import dev.attune.publisher.gate.evaluation.EvaluationSubject;
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

/** Brings a version to the replicas and has it prove itself there; what does not is taken from all of them again. */
final class Proving {

    private final Delivery delivery;
    private final CandidateGates gates;
    private final Champions champions;
    private final PublisherMetrics metrics;

    /**
     * @param gates on what is served
     * @param champions asked before replicas are told anything
     */
    Proving(Delivery delivery, CandidateGates gates, Champions champions, PublisherMetrics metrics) {
        this.delivery = delivery;
        this.gates = gates;
        this.champions = champions;
        this.metrics = metrics;
    }

    List<String> replicas() {
        return delivery.replicaUrls();
    }

    void load(ServedAdapter adapter) throws RefusedException {
        champions.requireOwner();
        delivery.load(adapter);
    }

    /**
     * First the probes, then the gates on answers.
     *
     * @param path where its stored checkpoint lies
     * @param current what users are answered with
     * @return what was measured, by name
     */
    Map<String, Double> prove(Candidate candidate, ServedAdapter adapter, String path, Optional<Live> current)
            throws RefusedException {
        String previous = current.map(live -> live.candidate().servedName()).orElse(null);
        Map<String, Double> measurements = new TreeMap<>(timed("verify", () -> delivery.verify(adapter, previous)));
        EvaluationSubject subject = new EvaluationSubject(
                candidate.tenant(), candidate.modelId(), candidate.version(), adapter.name(), replicas(), path);
        try {
            measurements.putAll(timed("gate", () -> gates.check(subject)));
        } catch (RefusedException e) {
            delivery.unload(adapter.name());
            throw e;
        }
        metrics.measured(measurements);
        return measurements;
    }

    /** From every replica that can be reached. */
    void takeBack(Candidate candidate) {
        champions.requireOwner();
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
