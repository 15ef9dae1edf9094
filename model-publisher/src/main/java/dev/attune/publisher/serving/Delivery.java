package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.VllmReplica.LoadOutcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings adapters to all replicas or to none, and takes them away. */
public final class Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final ReplicaGroup replicas;
    private final ReplicaProof proof;
    private final Retrier retrier;
    private final PublisherMetrics metrics;

    public Delivery(ReplicaGroup replicas, ReplicaProof proof, Retrier retrier, PublisherMetrics metrics) {
        this.replicas = replicas;
        this.proof = proof;
        this.retrier = retrier;
        this.metrics = metrics;
    }

    public List<String> replicaUrls() {
        return replicas.urls();
    }

    /**
     * Loads an adapter into every replica.
     *
     * @throws RefusedException naming the replica that failed; none has the adapter then, as far as they can be reached
     */
    public void load(ServedAdapter adapter) throws RefusedException {
        try {
            replicas.onEach(replica -> {
                loadInto(replica, adapter);
                metrics.replicaAcknowledged("loaded");
                return Boolean.TRUE;
            });
        } catch (CallException e) {
            metrics.replicaAcknowledged("failed");
            unload(adapter.name());
            throw new RefusedException(loadReason(e.fault()), String.valueOf(e.getMessage()), Map.of(), e);
        }
    }

    /**
     * Proves every replica; see {@link ReplicaProof}.
     *
     * @param previousName the version that serves now, or null for the base alone
     * @return what was measured, the worst replica's
     * @throws RefusedException naming the replica that failed; none has the adapter then
     */
    public Map<String, Double> verify(ServedAdapter adapter, @Nullable String previousName) throws RefusedException {
        try {
            Map<String, Double> worst = new TreeMap<>();
            for (ReplicaProof.Measured measured :
                    replicas.onEach(replica -> retrier.call(() -> proof.measure(replica, adapter, previousName)))) {
                proof.require(measured);
                metrics.replicaAcknowledged("verified");
                measured.addTo(worst);
            }
            return worst;
        } catch (CallException e) {
            metrics.replicaAcknowledged("failed");
            unload(adapter.name());
            throw new RefusedException(proofReason(e.fault()), String.valueOf(e.getMessage()), Map.of(), e);
        } catch (RefusedException e) {
            metrics.replicaAcknowledged("failed");
            unload(adapter.name());
            throw e;
        }
    }

    /** Takes an adapter from every replica that can be reached; one that cannot is named in the log, and that is all. */
    public void unload(String name) {
        for (VllmReplica replica : replicas.all()) {
            try {
                replica.unload(name);
                metrics.replicaAcknowledged("unloaded");
            } catch (CallException e) {
                LOG.warn("{} stays loaded: {}", name, e.getMessage());
            }
        }
    }

    /**
     * Brings back what a replica forgot, as one that restarted does, and takes away what an earlier attempt left.
     *
     * @param live what every replica has to have
     * @param leftOver whether a name that is not among them is one that the publisher gave
     */
    public void restore(List<ServedAdapter> live, Predicate<String> leftOver) throws CallException {
        replicas.onEach(replica -> {
            Set<String> listed = retrier.call(replica::models);
            for (ServedAdapter adapter : live) {
                if (!listed.remove(adapter.name())) {
                    LOG.info("{} does not list {}: loading it again", replica.url(), adapter.name());
                    loadInto(replica, adapter);
                }
            }
            for (String name : listed) {
                if (leftOver.test(name)) {
                    LOG.info("{} still has {}: unloading it", replica.url(), name);
                    retrier.run(() -> replica.unload(name));
                }
            }
            return Boolean.TRUE;
        });
    }

    private void loadInto(VllmReplica replica, ServedAdapter adapter) throws CallException {
        LoadOutcome outcome = retrier.call(() -> replica.load(adapter.name(), adapter.path()));
        if (outcome == LoadOutcome.ALREADY_LOADED && !computesIt(replica, adapter)) {
            LOG.warn("{} has something else under the name {}: replacing it", replica.url(), adapter.name());
            retrier.run(() -> replica.unload(adapter.name()));
            retrier.call(() -> replica.load(adapter.name(), adapter.path()));
        }
    }

    private boolean computesIt(VllmReplica replica, ServedAdapter adapter) throws CallException {
        try {
            return retrier.call(() -> proof.isParity(replica, adapter));
        } catch (CallException e) {
            if (e.fault() == Fault.UNAVAILABLE) {
                throw e;
            }
            return false;
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
