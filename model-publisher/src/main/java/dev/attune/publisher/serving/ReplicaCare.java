package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.serving.Replica.LoadOutcome;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one replica at what it has to have. */
final class ReplicaCare {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaCare.class);

    private final ReplicaProof proof;
    private final Retrier retrier;

    ReplicaCare(ReplicaProof proof, Retrier retrier) {
        this.proof = proof;
        this.retrier = retrier;
    }

    /** Loads an adapter; something else under its name, or something that does not answer, is replaced. */
    void load(Replica replica, ServedAdapter adapter) throws CallException {
        LoadOutcome outcome = retrier.call(() -> replica.load(adapter));
        if (outcome == LoadOutcome.ALREADY_LOADED && !holds(() -> proof.isRight(replica, adapter))) {
            LOG.warn("{} has something else under the name {}: replacing it", replica.url(), adapter.name());
            retrier.run(() -> replica.unload(adapter.name()));
            retrier.call(() -> replica.load(adapter));
        }
    }

    /**
     * Brings the replica to what it has to have.
     *
     * @param current name of what users get by default; null for the base
     * @param live what it has to have
     * @param leftOver whether a name that is not among them is to go
     * @throws CallException if it is away, makes no sense, or does not prove what was brought back
     */
    void restore(Replica replica, @Nullable String current, List<ServedAdapter> live, Predicate<String> leftOver)
            throws CallException {
        List<ServedAdapter> needed = needed(replica, current, live);
        Set<String> listed = new TreeSet<>(retrier.call(replica::models));
        for (ServedAdapter adapter : needed) {
            // Not every server lists what it has: it is asked.
            listed.remove(adapter.name());
            if (!seemsRight(replica, adapter)) {
                LOG.info("{} does not answer with {}: loading it again", replica.url(), adapter.name());
                bringBack(replica, adapter);
            }
            if (adapter.name().equals(current)) {
                // Before the others: what users get no longer cannot be replaced while they get it.
                retrier.run(() -> replica.current(current));
            }
        }
        if (current == null) {
            retrier.run(() -> replica.current(null));
        }
        for (String name : listed) {
            if (leftOver.test(name)) {
                LOG.info("{} still has {}: unloading it", replica.url(), name);
                retrier.run(() -> replica.unload(name));
            }
        }
    }

    /** As {@link #restore} with one attempt, for a replica that may be away. */
    void repair(Replica replica, @Nullable String current, List<ServedAdapter> live) throws CallException {
        for (ServedAdapter adapter : needed(replica, current, live)) {
            if (!isThere(replica, adapter)) {
                replica.load(adapter);
            }
        }
    }

    private void bringBack(Replica replica, ServedAdapter adapter) throws CallException {
        load(replica, adapter);
        if (!holds(() -> proof.isRight(replica, adapter))) {
            throw new CallException(
                    Fault.NONSENSE, replica.url() + " does not compute what it should with " + adapter.name());
        }
    }

    private boolean isThere(Replica replica, ServedAdapter adapter) throws CallException {
        try {
            return proof.seemsRight(replica, adapter);
        } catch (CallException e) {
            if (e.fault() == Fault.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Whether it has to be loaded no more. One that answers what its API does not allow, as under another model's name, is not
     * mended by that; and its users would be without an answer in the meantime.
     */
    private boolean seemsRight(Replica replica, ServedAdapter adapter) throws CallException {
        try {
            return retrier.call(() -> proof.seemsRight(replica, adapter));
        } catch (CallException e) {
            if (e.fault() != Fault.REFUSED) {
                throw e;
            }
            return false;
        }
    }

    private boolean holds(Retrier.Call<Boolean, CallException> check) throws CallException {
        try {
            return retrier.call(check);
        } catch (CallException e) {
            if (e.fault() == Fault.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    /** Of several versions, one that holds a single set of weights has what users get by default. */
    private static List<ServedAdapter> needed(Replica replica, @Nullable String current, List<ServedAdapter> live) {
        if (!replica.holdsOne()) {
            return live;
        }
        return live.stream().filter(adapter -> adapter.name().equals(current)).toList();
    }
}
