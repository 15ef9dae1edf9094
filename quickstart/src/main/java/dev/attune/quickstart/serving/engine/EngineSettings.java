package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.ContextShape;

/**
 * How much is computed at once.
 *
 * @param contextLength most tokens of a prompt and its answer together, at least 2
 * @param workers contexts, each with a thread of its own, that take turns to compute, 1 to 64; default 1
 * @param maxSequences sequences that a worker computes together, 1 to 64; default {@value #DEFAULT_MAX_SEQUENCES}
 * @param joinLimit positions of the key-value cache that are filled when a worker lets nobody join its wave any more; default
 *     {@value #DEFAULT_JOIN_LIMIT}. More keeps more sequences together, but every pass looks at all filled positions, those of other
 *     sequences and of finished ones too
 * @param maxWaiting requests that wait for a worker, 1 to 65536; default {@value #DEFAULT_MAX_WAITING}
 */
public record EngineSettings(int contextLength, int workers, int maxSequences, int joinLimit, int maxWaiting) {
    public static final int DEFAULT_MAX_SEQUENCES = 8;
    public static final int DEFAULT_JOIN_LIMIT = 320;
    public static final int DEFAULT_MAX_WAITING = 1024;

    /** Above it the cache has room for fewer than {@code maxSequences} sequences of full length. */
    private static final int MOST_CELLS = 8192;

    public EngineSettings {
        require("contextLength", contextLength, 2, 1 << 20);
        require("workers", workers, 1, 64);
        require("maxSequences", maxSequences, 1, 64);
        require("joinLimit", joinLimit, 1, 1 << 20);
        require("maxWaiting", maxWaiting, 1, 1 << 16);
    }

    /** The defaults for a model of this context length. */
    public static EngineSettings of(int contextLength, int workers) {
        return new EngineSettings(
                contextLength, workers, DEFAULT_MAX_SEQUENCES, DEFAULT_JOIN_LIMIT, DEFAULT_MAX_WAITING);
    }

    public EngineSettings withMaxWaiting(int requests) {
        return new EngineSettings(contextLength, workers, maxSequences, joinLimit, requests);
    }

    ContextShape contextShape() {
        int cells = Math.max(contextLength, Math.min(MOST_CELLS, maxSequences * contextLength));
        return new ContextShape(cells, maxSequences, cells);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
