package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.release.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Log-probabilities of fixed tokens, held against the trainer's, the base's and the previous version's. */
final class ParityProof {

    private final String baseModel;
    private final ProbeBounds bounds;

    ParityProof(String baseModel, ProbeBounds bounds) {
        this.baseModel = baseModel;
        this.bounds = bounds;
    }

    /**
     * What one replica computed.
     *
     * @param toTrainer distance to what the trainer computed
     * @param toBase distance to what the replica's base computes; null where it holds one set of weights
     * @param toPrevious distance to what its previous version computes; null where there is none
     * @param previousFault what is wrong with the previous version now; empty for nothing
     */
    private record Distances(
            String replica,
            ProbeBounds bounds,
            ProbeResult toTrainer,
            @Nullable ProbeResult toBase,
            @Nullable ProbeResult toPrevious,
            String previousFault)
            implements ReplicaProof.Measured {

        @Override
        public Map<String, Double> figures() {
            Map<String, Double> figures = new TreeMap<>();
            figures.put("probe.token.error", toTrainer.perToken());
            figures.put("probe.sequence.error", toTrainer.perSequence());
            if (toBase != null) {
                figures.put(ReplicaProof.DIFFERENCE + "base", toBase.perToken());
            }
            if (toPrevious != null) {
                figures.put(ReplicaProof.DIFFERENCE + "previous", toPrevious.perToken());
            }
            return figures;
        }

        @Override
        public @Nullable Problem problem() {
            if (!toTrainer.isWithin(bounds)) {
                return new Problem(
                        RejectReason.SERVED_OTHERWISE,
                        replica + " computes otherwise than the trainer: " + toTrainer.against(bounds));
            }
            if (!previousFault.isEmpty()) {
                return new Problem(RejectReason.PREVIOUS_DISTURBED, previousFault);
            }
            Problem sameAsBase = indistinguishable(toBase, "the base");
            return sameAsBase == null ? indistinguishable(toPrevious, "the version before") : sameAsBase;
        }

        private @Nullable Problem indistinguishable(@Nullable ProbeResult difference, String other) {
            if (difference == null || difference.perToken() >= bounds.minDifference()) {
                return null;
            }
            return new Problem(
                    RejectReason.INDISTINGUISHABLE,
                    String.format(
                            Locale.ROOT,
                            "%s answers as %s does: %.2g nats apart on the token where most (at least %.2g)",
                            replica,
                            other,
                            difference.perToken(),
                            bounds.minDifference()));
        }
    }

    boolean isParity(Scoring.OfPrompts scoring, ServedAdapter adapter, List<Probe> probes) throws CallException {
        return ProbeResult.againstTrainer(probes, score(scoring, adapter.name(), probes))
                .isWithin(bounds);
    }

    ReplicaProof.Measured measure(
            Replica replica, Scoring.OfPrompts scoring, ServedAdapter adapter, @Nullable ServedAdapter previous)
            throws CallException {
        List<Probe> probes = adapter.probes();
        List<List<Double>> served = score(scoring, adapter.name(), probes);
        ProbeResult toTrainer = ProbeResult.againstTrainer(probes, served);
        if (replica.holdsOne()) {
            // What it had before is gone: there is nothing else to ask.
            return new Distances(replica.url(), bounds, toTrainer, null, null, "");
        }
        ProbeResult toBase = ProbeResult.between(served, score(scoring, baseModel, probes));
        if (previous == null) {
            return new Distances(replica.url(), bounds, toTrainer, toBase, null, "");
        }
        try {
            ProbeResult own =
                    ProbeResult.againstTrainer(previous.probes(), score(scoring, previous.name(), previous.probes()));
            String fault = own.isWithin(bounds)
                    ? ""
                    : replica.url() + " answers no longer with " + previous.name() + " as it did before the load: "
                            + own.against(bounds);
            ProbeResult toPrevious = ProbeResult.between(served, score(scoring, previous.name(), probes));
            return new Distances(replica.url(), bounds, toTrainer, toBase, toPrevious, fault);
        } catch (CallException e) {
            if (e.fault() == Fault.UNAVAILABLE) {
                throw e;
            }
            return new Distances(
                    replica.url(),
                    bounds,
                    toTrainer,
                    toBase,
                    null,
                    replica.url() + " lost " + previous.name() + " with the load: " + e.getMessage());
        }
    }

    private static List<List<Double>> score(Scoring.OfPrompts scoring, String model, List<Probe> probes)
            throws CallException {
        List<List<Double>> logps = new ArrayList<>(probes.size());
        for (Probe probe : probes) {
            logps.add(scoring.score(model, probe.tokens()));
        }
        return logps;
    }
}
