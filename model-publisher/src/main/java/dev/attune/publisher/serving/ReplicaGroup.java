package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.ParallelCalls;
import java.util.List;

/** All replicas of a model, which are always addressed together and at the same time. */
public final class ReplicaGroup {

    private final List<VllmReplica> replicas;

    public ReplicaGroup(List<VllmReplica> replicas) {
        this.replicas = List.copyOf(replicas);
    }

    public List<VllmReplica> all() {
        return replicas;
    }

    public List<String> urls() {
        return replicas.stream().map(VllmReplica::url).toList();
    }

    /** The replica that a task falls to when tasks are spread evenly. */
    public VllmReplica take(int task) {
        return replicas.get(task % replicas.size());
    }

    /**
     * Does the work on every replica at once; see {@link ParallelCalls#map}.
     *
     * @return results in the order of the replicas
     * @throws CallException of the first replica that failed
     */
    public <T> List<T> onEach(ParallelCalls.Call<VllmReplica, T> work) throws CallException {
        return ParallelCalls.map(replicas, replicas.size(), work);
    }
}
