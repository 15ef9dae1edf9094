package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.ParallelCalls;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings versions to all replicas or to none, and takes them away. A replica counts from when it was brought up to date; one
 * that comes while a release is under way is brought up to date, and is no part of it; one that goes is none any more.
 */
public final class Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final ReplicaGroup replicas;
    private final ReplicaProof proof;
    private final ReplicaCare care;
    private final Retrier retrier;
    private final PublisherMetrics metrics;
    /** What every replica has to have, what users get by default first. */
    private List<ServedAdapter> wanted = List.of();

    private @Nullable String wantedCurrent;
    /** Replicas that a release has to be proven on. */
    private Set<Replica> counted = Set.of();

    public Delivery(ReplicaGroup replicas, ReplicaProof proof, Retrier retrier, PublisherMetrics metrics) {
        this.replicas = replicas;
        this.proof = proof;
        this.care = new ReplicaCare(proof, retrier);
        this.retrier = retrier;
        this.metrics = metrics;
    }

    /** Work on one replica. */
    @FunctionalInterface
    private interface Work {
        Map<String, Double> on(Replica replica) throws CallException, RefusedException;
    }

    public List<String> replicaUrls() {
        return replicas.urls();
    }

    /** Whether a replica is there that has not been brought up to date yet. */
    public boolean hasNewReplica() {
        return !counted.containsAll(replicas.present());
    }

    /**
     * Loads an adapter into every replica.
     *
     * @throws RefusedException naming the replicas that failed; none has the adapter then, as far as they can be reached
     */
    public void load(ServedAdapter adapter) throws RefusedException {
        onAll(adapter, "loaded", Delivery::loadReason, replica -> {
            if (!wanted.isEmpty()) {
                retrier.call(() -> {
                    proof.before(replica, wanted.getFirst());
                    return Boolean.TRUE;
                });
            }
            care.load(replica, adapter);
            return Map.of();
        });
    }

    /**
     * Proves every replica; see {@link ReplicaProof}.
     *
     * @param previousName the version that serves now, or null for the base alone
     * @return what was measured, the worst replica's
     * @throws RefusedException naming the replicas that failed; none has the adapter then
     */
    public Map<String, Double> verify(ServedAdapter adapter, @Nullable String previousName) throws RefusedException {
        ServedAdapter previous = previousName == null ? null : wanted(previousName);
        return onAll(adapter, "verified", Delivery::proofReason, replica -> proven(replica, adapter, previous));
    }

    /** Takes an adapter from every replica that can be reached; one that cannot is named in the log, and that is all. */
    public void unload(String name) {
        for (Replica replica : replicas.present()) {
            try {
                replica.unload(name);
                metrics.replicaAcknowledged("unloaded");
            } catch (CallException e) {
                LOG.warn("{} stays loaded: {}", name, e.getMessage());
            }
        }
    }

    /**
     * Brings back what a replica forgot, as one that restarted does, and takes away what an earlier attempt left. What is
     * brought back has to prove itself again.
     *
     * @param current name of what users get by default; null for the base
     * @param live what every replica has to have; the current version first, which is loaded before the others
     * @param leftOver whether a name that is not among them is one that the publisher gave
     * @throws CallException naming a replica that could not be brought up to date
     */
    public void restore(@Nullable String current, List<ServedAdapter> live, Predicate<String> leftOver)
            throws CallException {
        wanted = List.copyOf(live);
        wantedCurrent = current;
        List<Replica> all = replicas.all();
        try {
            ParallelCalls.map(all, all.size(), replica -> {
                try {
                    care.restore(replica, current, live, leftOver);
                    return Boolean.TRUE;
                } catch (CallException e) {
                    if (isGone(replica)) {
                        LOG.info("{} went away", replica.url());
                        return Boolean.FALSE;
                    }
                    throw e;
                }
            });
        } finally {
            counted = Set.copyOf(all);
        }
    }

    private ServedAdapter wanted(String name) {
        return wanted.stream()
                .filter(adapter -> adapter.name().equals(name))
                .findFirst()
                // The store has lost it: that it answers, and otherwise, can still be shown.
                .orElseGet(() -> new ServedAdapter(name, "", List.of()));
    }

    private Map<String, Double> proven(Replica replica, ServedAdapter adapter, @Nullable ServedAdapter previous)
            throws CallException, RefusedException {
        ReplicaProof.Measured measured;
        try {
            measured = retrier.call(() -> proof.measure(replica, adapter, previous));
        } catch (CallException e) {
            if (e.fault() != Fault.REFUSED) {
                throw e;
            }
            LOG.info("{}: perhaps it has restarted, and everything is loaded once more", e.getMessage());
            care.restore(replica, wantedCurrent, wanted, name -> false);
            care.load(replica, adapter);
            measured = retrier.call(() -> proof.measure(replica, adapter, previous));
        }
        return proof.require(replica, measured);
    }

    private Map<String, Double> onAll(ServedAdapter adapter, String acknowledgement, ReasonOf reasonOf, Work work)
            throws RefusedException {
        try {
            List<Replica> all = replicas.all();
            if (counted.stream().noneMatch(all::contains)) {
                counted = Set.copyOf(all);
            }
            List<ReplicaOutcome> outcomes = new ArrayList<>(ParallelCalls.map(
                    all, all.size(), replica -> outcome(replica, adapter, acknowledgement, reasonOf, work)));
            outcomes.removeIf(outcome -> isNoPart(outcome));
            if (outcomes.isEmpty()) {
                replicas.all();
            }
            return ReplicaOutcome.worst(outcomes);
        } catch (CallException e) {
            takeBack(adapter);
            throw new RefusedException(RejectReason.UNAVAILABLE, String.valueOf(e.getMessage()), Map.of(), e);
        } catch (RefusedException e) {
            takeBack(adapter);
            throw e;
        }
    }

    /** Why a candidate is refused when a call failed. */
    @FunctionalInterface
    private interface ReasonOf {
        RejectReason of(Fault fault);
    }

    private ReplicaOutcome outcome(
            Replica replica, ServedAdapter adapter, String acknowledgement, ReasonOf reasonOf, Work work) {
        try {
            if (!counted.contains(replica)) {
                care.restore(replica, wantedCurrent, wanted, name -> false);
                care.load(replica, adapter);
            }
            Map<String, Double> measurements = work.on(replica);
            metrics.replicaAcknowledged(acknowledgement);
            return new ReplicaOutcome.Done(replica, measurements);
        } catch (CallException e) {
            metrics.replicaAcknowledged("failed");
            return new ReplicaOutcome.Failed(replica, reasonOf.of(e.fault()), e);
        } catch (RefusedException e) {
            metrics.replicaAcknowledged("failed");
            return new ReplicaOutcome.Failed(replica, e.reason(), e.detail(), e.measurements());
        }
    }

    /** One that is gone, or that came in the meantime and is not ready yet: neither says anything of the candidate. */
    private boolean isNoPart(ReplicaOutcome outcome) {
        if (outcome instanceof ReplicaOutcome.Failed failed
                && (isGone(failed.replica()) || !counted.contains(failed.replica()))) {
            LOG.warn("without {}, which is gone or new: {}", failed.replica().url(), failed.detail());
            return true;
        }
        return false;
    }

    private boolean isGone(Replica replica) {
        return !replicas.present().contains(replica);
    }

    /** From all of them; and what users get is put right where it was disturbed, at once. */
    private void takeBack(ServedAdapter adapter) {
        unload(adapter.name());
        for (Replica replica : replicas.present()) {
            try {
                care.repair(replica, wantedCurrent, wanted);
            } catch (CallException e) {
                LOG.warn("{} is not as it was before {}: {}", replica.url(), adapter.name(), e.getMessage());
            }
        }
    }

    private static RejectReason loadReason(Fault fault) {
        return switch (fault) {
            case UNAVAILABLE -> RejectReason.UNAVAILABLE;
            case REFUSED, NONSENSE -> RejectReason.LOAD_REFUSED;
        };
    }

    private static RejectReason proofReason(Fault fault) {
        return switch (fault) {
            case UNAVAILABLE -> RejectReason.UNAVAILABLE;
            // Said that it had loaded it, and does not know it, or answers as another model.
            case REFUSED, NONSENSE -> RejectReason.SERVED_OTHERWISE;
        };
    }
}
