package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** How one replica fared. */
sealed interface ReplicaOutcome {

    Replica replica();

    /** @param measurements of it, by name */
    record Done(Replica replica, Map<String, Double> measurements) implements ReplicaOutcome {}

    /** @param detail a sentence that names the replica */
    record Failed(Replica replica, RejectReason reason, String detail, Map<String, Double> measurements)
            implements ReplicaOutcome {

        Failed(Replica replica, RejectReason reason, CallException failure) {
            this(replica, reason, String.valueOf(failure.getMessage()), Map.of());
        }
    }

    /**
     * All together.
     *
     * @return the worst of each measurement
     * @throws RefusedException naming every replica that failed, with the first one's reason
     */
    static Map<String, Double> worst(List<ReplicaOutcome> outcomes) throws RefusedException {
        List<Failed> failed = outcomes.stream()
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .toList();
        if (!failed.isEmpty()) {
            String detail = failed.stream().map(Failed::detail).collect(Collectors.joining("; "));
            throw new RefusedException(
                    failed.getFirst().reason(), detail, failed.getFirst().measurements(), null);
        }
        Map<String, Double> worst = new TreeMap<>();
        for (ReplicaOutcome outcome : outcomes) {
            if (outcome instanceof Done done) {
                done.measurements().forEach((name, value) -> worst.merge(name, value, merging(name)));
            }
        }
        return worst;
    }

    private static BinaryOperator<Double> merging(String name) {
        if (name.startsWith(ReplicaProof.COUNT)) {
            return Double::sum;
        }
        return name.startsWith(ReplicaProof.DIFFERENCE) ? Math::min : Math::max;
    }
}
