package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a replica computes with an adapter what the trainer computed, and that the adapter is not without
 * effect: its log-probabilities of fixed tokens come as near to the trainer's as rounding allows, and differ from the
 * base's and from the previous version's by more than that.
 */
public final class ReplicaProof {

    private final String baseModel;
    private final ProbeBounds bounds;

    public ReplicaProof(String baseModel, ProbeBounds bounds) {
        this.baseModel = baseModel;
        this.bounds = bounds;
    }

    /**
     * What one replica computed.
     *
     * @param replica its URL
     * @param toTrainer distance to what the trainer computed
     * @param toBase distance to what the replica's base computes
     * @param toPrevious distance to what its previous version computes; null where there is none
     */
    record Measured(
            String replica,
            ProbeResult toTrainer,
            ProbeResult toBase,
            @Nullable ProbeResult toPrevious) {

        /** Keeps the worst of each figure. */
        void addTo(Map<String, Double> worst) {
            worst.merge("probe.token.error", toTrainer.perToken(), Math::max);
            worst.merge("probe.sequence.error", toTrainer.perSequence(), Math::max);
            worst.merge("probe.difference.base", toBase.perToken(), Math::min);
            if (toPrevious != null) {
                worst.merge("probe.difference.previous", toPrevious.perToken(), Math::min);
            }
        }
    }

    /** Whether the replica computes with this adapter what the trainer did. */
    boolean isParity(VllmReplica replica, ServedAdapter adapter) throws CallException {
        return ProbeResult.againstTrainer(adapter.probes(), score(replica, adapter.name(), adapter.probes()))
                .isWithin(bounds);
    }

    Measured measure(VllmReplica replica, ServedAdapter adapter, @Nullable String previousName) throws CallException {
        List<List<Double>> served = score(replica, adapter.name(), adapter.probes());
        List<List<Double>> base = score(replica, baseModel, adapter.probes());
        ProbeResult toPrevious = previousName == null
                ? null
                : ProbeResult.between(served, score(replica, previousName, adapter.probes()));
        return new Measured(
                replica.url(),
                ProbeResult.againstTrainer(adapter.probes(), served),
                ProbeResult.between(served, base),
                toPrevious);
    }

    void require(Measured measured) throws RefusedException {
        ProbeResult toTrainer = measured.toTrainer();
        if (!toTrainer.isWithin(bounds)) {
            throw refusal(
                    RejectReason.SERVED_OTHERWISE,
                    measured,
                    String.format(
                            Locale.ROOT,
                            "%s computes otherwise than the trainer: %.2g nats on a token (at most %.2g), %.2g on a probe"
                                    + " (at most %.2g)",
                            measured.replica(),
                            toTrainer.perToken(),
                            bounds.perToken(),
                            toTrainer.perSequence(),
                            bounds.perSequence()));
        }
        requireDifference(measured, measured.toBase(), "the base");
        if (measured.toPrevious() != null) {
            requireDifference(measured, measured.toPrevious(), "the version before");
        }
    }

    private void requireDifference(Measured measured, ProbeResult difference, String other) throws RefusedException {
        if (difference.perToken() < bounds.minDifference()) {
            throw refusal(
                    RejectReason.INDISTINGUISHABLE,
                    measured,
                    String.format(
                            Locale.ROOT,
                            "%s answers as %s does: %.2g nats apart on the token where most (at least %.2g)",
                            measured.replica(),
                            other,
                            difference.perToken(),
                            bounds.minDifference()));
        }
    }

    private static RefusedException refusal(RejectReason reason, Measured measured, String detail) {
        Map<String, Double> measurements = new TreeMap<>();
        measured.addTo(measurements);
        return new RefusedException(reason, detail, measurements, null);
    }

    private static List<List<Double>> score(VllmReplica replica, String model, List<Probe> probes)
            throws CallException {
        List<List<Double>> logps = new ArrayList<>(probes.size());
        for (Probe probe : probes) {
            logps.add(replica.score(model, probe.tokens()));
        }
        return logps;
    }
}
