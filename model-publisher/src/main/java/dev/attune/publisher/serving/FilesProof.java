package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.release.RejectReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The right files lie there. What reads them was not asked. */
record FilesProof(ReplicaProof.Measured.@Nullable Problem problem) implements ReplicaProof.Measured {

    static FilesProof measure(Replica replica, Scoring.OfFiles scoring, ServedAdapter adapter) throws CallException {
        return new FilesProof(
                scoring.holds(adapter)
                        ? null
                        : new Problem(
                                RejectReason.SERVED_OTHERWISE,
                                replica.url() + " does not hold the files of " + adapter.name()));
    }

    @Override
    public Map<String, Double> figures() {
        return Map.of();
    }
}
