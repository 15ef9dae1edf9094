package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One process that answers, or one place that such processes read from. Each method is one attempt; none repeats itself, and
 * doing one twice changes nothing. Safe for several threads.
 */
public interface Replica {

    /** What a replica said to a load. */
    enum LoadOutcome {
        LOADED,
        /** The name was there before: nothing is said of what answers under it. */
        ALREADY_LOADED
    }

    /** Where it is, which is also its name in messages. */
    String url();

    /** Names that the replica lists, its base perhaps among them. Some list an adapter only after its first use. */
    Set<String> models() throws CallException;

    /** Makes the adapter answer under its name, beside whatever else the replica has. */
    LoadOutcome load(ServedAdapter adapter) throws CallException;

    /** Takes a name away. What is not there is no error: it is what was asked for. */
    void unload(String name) throws CallException;

    /** How far it can be asked what it computes. */
    Scoring scoring();

    /** How it is asked for answers; empty where it gives none. */
    Optional<Answering> answering();

    /** Whether it has one set of weights, so that a load replaces what answered before. */
    default boolean holdsOne() {
        return false;
    }

    /**
     * Told which version users are to get by default. Most replicas do not need to know: users name the version.
     *
     * @param name null for the base
     */
    default void current(@Nullable String name) throws CallException {}
}
