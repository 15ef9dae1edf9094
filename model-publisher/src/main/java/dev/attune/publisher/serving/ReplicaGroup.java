package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import java.util.List;

/** All replicas of a model that there are at the moment. */
public final class ReplicaGroup {

    private final ReplicaSource source;

    public ReplicaGroup(ReplicaSource source) {
        this.source = source;
    }

    /** Replicas that do not change. */
    public ReplicaGroup(List<? extends Replica> replicas) {
        this(ReplicaSource.fixed(replicas));
    }

    /**
     * Those that are there now.
     *
     * @throws CallException if there is none: what nobody serves is not served by all
     */
    public List<Replica> all() throws CallException {
        List<Replica> replicas = source.replicas();
        if (replicas.isEmpty()) {
            throw new CallException(Fault.UNAVAILABLE, "no replica is there");
        }
        return replicas;
    }

    /** As {@link #all}, where none is no fault. */
    List<Replica> present() {
        return source.replicas();
    }

    public List<String> urls() {
        return source.replicas().stream().map(Replica::url).toList();
    }

    /**
     * The text of an answer, of the replica that the task falls to when tasks are spread evenly; see {@link Answering#text}.
     *
     * @throws CallException also where that replica answers nobody
     */
    public String text(int task, String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException {
        Replica replica = take(task);
        Answering answering = replica.answering()
                .orElseThrow(() -> new CallException(Fault.REFUSED, replica.url() + " answers no conversations"));
        return answering.text(model, messages, maxTokens, temperature, seed);
    }

    /**
     * An answer with its tokens, of the same replica; see {@link Answering.InTokens#answer}.
     *
     * @throws CallException also where that replica tells no tokens
     */
    public SampledAnswer answer(int task, String model, List<ChatMessage> messages, int maxTokens, long seed)
            throws CallException {
        Replica replica = take(task);
        if (replica.answering().orElse(null) instanceof Answering.InTokens answering) {
            return answering.answer(model, messages, maxTokens, seed);
        }
        throw new CallException(Fault.REFUSED, replica.url() + " does not tell the tokens of its answers");
    }

    /**
     * Log-probabilities of given tokens, of the same replica; see {@link Scoring.OfPrompts#score}.
     *
     * @throws CallException also where that replica scores no tokens
     */
    public List<Double> score(int task, String model, List<Integer> tokens) throws CallException {
        Replica replica = take(task);
        if (replica.scoring() instanceof Scoring.OfPrompts scoring) {
            return scoring.score(model, tokens);
        }
        throw new CallException(Fault.REFUSED, replica.url() + " scores no given tokens");
    }

    private Replica take(int task) throws CallException {
        List<Replica> replicas = all();
        return replicas.get(task % replicas.size());
    }
}
