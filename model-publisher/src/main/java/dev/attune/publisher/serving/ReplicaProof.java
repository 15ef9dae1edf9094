package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a version is what it should be on a replica, as strong as the replica allows. Where it tells the
 * log-probabilities of given tokens: they come as near to the trainer's as rounding allows, differ from the base's and from the
 * previous version's by more than that, and the previous version still computes what its trainer computed.
 */
public final class ReplicaProof {

    static final String COUNT = "probe.replicas.";
    static final String DIFFERENCE = "probe.difference.";

    private final ProbeBounds bounds;
    private final ParityProof parity;
    private final EffectProof effect;

    /** @param baseModel the name under which replicas answer with the base */
    public ReplicaProof(String baseModel, ProbeBounds bounds) {
        this.bounds = bounds;
        this.parity = new ParityProof(baseModel, bounds);
        this.effect = new EffectProof(baseModel, bounds);
    }

    /** What one replica showed. */
    interface Measured {

        /** By name; for {@link #DIFFERENCE} the smallest counts, else the largest. */
        Map<String, Double> figures();

        /** What is wrong with it. */
        @Nullable
        Problem problem();

        /** The problem, with the replica's name in the sentence. */
        record Problem(RejectReason reason, String detail) {}
    }

    /** Called before another version is loaded: how these answer now is how they have to answer afterwards. */
    void before(Replica replica, ServedAdapter present) throws CallException {
        if (replica.scoring() instanceof Scoring.OfGenerations scoring) {
            effect.remember(replica, scoring, present);
        }
    }

    /** Whether the version is what it should be, seen by itself. */
    boolean isRight(Replica replica, ServedAdapter adapter) throws CallException {
        return switch (replica.scoring()) {
            case Scoring.OfPrompts scoring -> parity.isParity(scoring, adapter, adapter.probes());
            case Scoring.OfGenerations scoring -> effect.isUnchanged(replica, scoring, adapter);
            case Scoring.OfFiles scoring -> scoring.holds(adapter);
        };
    }

    /** As {@link #isRight}, by one question: for versions that were proven before. */
    boolean seemsRight(Replica replica, ServedAdapter adapter) throws CallException {
        if (replica.scoring() instanceof Scoring.OfPrompts scoring) {
            return parity.isParity(
                    scoring, adapter, adapter.probes().stream().limit(1).toList());
        }
        return isRight(replica, adapter);
    }

    /**
     * The whole proof.
     *
     * @param previous what users are answered with now; null for the base alone
     */
    Measured measure(Replica replica, ServedAdapter adapter, @Nullable ServedAdapter previous) throws CallException {
        return switch (replica.scoring()) {
            case Scoring.OfPrompts scoring -> parity.measure(replica, scoring, adapter, previous);
            case Scoring.OfGenerations scoring -> effect.measure(replica, scoring, adapter, previous);
            case Scoring.OfFiles scoring -> FilesProof.measure(replica, scoring, adapter);
        };
    }

    /** @throws RefusedException if the replica did not prove it */
    Map<String, Double> require(Replica replica, Measured measured) throws RefusedException {
        Measured.Problem problem = measured.problem();
        if (problem != null) {
            throw new RefusedException(problem.reason(), problem.detail(), measured.figures(), null);
        }
        Map<String, Double> figures = new TreeMap<>(measured.figures());
        figures.put(replica.scoring().level().measurement(), 1.0);
        return figures;
    }

    ProbeBounds bounds() {
        return bounds;
    }
}
