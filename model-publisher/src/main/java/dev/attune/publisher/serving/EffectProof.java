package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.Scoring.Generated;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be shown where no given tokens are scored: a version has an effect, and the one before kept its own. Fixed texts are
 * continued, and the log-probabilities at each place are compared for as long as both say the same. That the version computes
 * what the trainer computed is not shown by this.
 */
final class EffectProof {

    /** Any text will do, since it is the same for all. */
    private static final List<String> TEXTS =
            List.of("Question: How do I return an order?\nAnswer:", "The first thing to know about", "1, 2, 3,");

    private static final int TOKENS = 8;

    private final String baseModel;
    private final ProbeBounds bounds;
    /** How a version answered when it was proven, by replica and name. */
    private final Map<String, List<List<Generated>>> known = new ConcurrentHashMap<>();

    EffectProof(String baseModel, ProbeBounds bounds) {
        this.baseModel = baseModel;
        this.bounds = bounds;
    }

    private record Distances(Map<String, Double> figures, ReplicaProof.Measured.@Nullable Problem problem)
            implements ReplicaProof.Measured {}

    void remember(Replica replica, Scoring.OfGenerations scoring, ServedAdapter adapter) throws CallException {
        if (!known.containsKey(key(replica, adapter))) {
            known.put(key(replica, adapter), continued(scoring, adapter.name()));
        }
    }

    /** Whether it answers as it did when it was seen first. */
    boolean isUnchanged(Replica replica, Scoring.OfGenerations scoring, ServedAdapter adapter) throws CallException {
        List<List<Generated>> now = continued(scoring, adapter.name());
        List<List<Generated>> first = known.putIfAbsent(key(replica, adapter), now);
        return first == null || distance(first, now) <= bounds.perToken();
    }

    ReplicaProof.Measured measure(
            Replica replica, Scoring.OfGenerations scoring, ServedAdapter adapter, @Nullable ServedAdapter previous)
            throws CallException {
        List<List<Generated>> served = continued(scoring, adapter.name());
        Map<String, Double> figures = new TreeMap<>();
        double toBase = distance(served, continued(scoring, baseModel));
        figures.put(ReplicaProof.DIFFERENCE + "base", toBase);
        ReplicaProof.Measured.Problem problem = indistinguishable(replica, toBase, "the base");
        if (previous != null) {
            try {
                List<List<Generated>> before = continued(scoring, previous.name());
                double toPrevious = distance(served, before);
                figures.put(ReplicaProof.DIFFERENCE + "previous", toPrevious);
                problem = problem == null ? indistinguishable(replica, toPrevious, "the version before") : problem;
                if (distance(known.getOrDefault(key(replica, previous), before), before) > bounds.perToken()) {
                    problem = disturbed(replica, previous, "answers no longer as before with");
                }
            } catch (CallException e) {
                if (e.fault() == Fault.UNAVAILABLE) {
                    throw e;
                }
                problem = disturbed(replica, previous, "lost with the load (" + e.getMessage() + "):");
            }
        }
        if (problem == null) {
            known.put(key(replica, adapter), served);
        }
        return new Distances(figures, problem);
    }

    private static ReplicaProof.Measured.Problem disturbed(Replica replica, ServedAdapter previous, String what) {
        return new ReplicaProof.Measured.Problem(
                RejectReason.PREVIOUS_DISTURBED, replica.url() + " " + what + " " + previous.name());
    }

    private ReplicaProof.Measured.@Nullable Problem indistinguishable(
            Replica replica, double difference, String other) {
        return difference >= bounds.minDifference()
                ? null
                : new ReplicaProof.Measured.Problem(
                        RejectReason.INDISTINGUISHABLE,
                        String.format(
                                Locale.ROOT,
                                "%s answers as %s does: %.2g nats apart where most (at least %.2g)",
                                replica.url(),
                                other,
                                difference,
                                bounds.minDifference()));
    }

    private static List<List<Generated>> continued(Scoring.OfGenerations scoring, String model) throws CallException {
        List<List<Generated>> all = new ArrayList<>(TEXTS.size());
        for (String text : TEXTS) {
            all.add(scoring.generate(model, text, TOKENS));
        }
        return all;
    }

    /** The largest difference of a token's log-probability at a place that both reached by the same tokens, in nats. */
    static double distance(List<List<Generated>> one, List<List<Generated>> other) {
        double largest = 0;
        for (int text = 0; text < one.size(); text++) {
            int places = Math.min(one.get(text).size(), other.get(text).size());
            for (int place = 0; place < places; place++) {
                Generated here = one.get(text).get(place);
                Generated there = other.get(text).get(place);
                largest = Math.max(largest, distance(here, there));
                if (!here.token().equals(there.token())) {
                    break;
                }
            }
        }
        return largest;
    }

    /** A token that one of them does not list is at most as likely there as the least likely one that it lists. */
    private static double distance(Generated here, Generated there) {
        double least = there.logprobs().values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(Double.NEGATIVE_INFINITY);
        double largest = 0;
        for (Map.Entry<String, Double> token : here.logprobs().entrySet()) {
            Double other = there.logprobs().get(token.getKey());
            largest = Math.max(largest, other == null ? token.getValue() - least : Math.abs(token.getValue() - other));
        }
        return largest;
    }

    private static String key(Replica replica, ServedAdapter adapter) {
        return replica.url() + " " + adapter.name();
    }
}
