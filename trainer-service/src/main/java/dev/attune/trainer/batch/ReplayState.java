package dev.attune.trainer.batch;

/**
 * What a replay buffer's draws depend on beside its pairs.
 *
 * @param seed of all draws
 * @param seen pairs that were offered to the buffer since it began, each direction of a pair counted
 */
public record ReplayState(long seed, long seen) {
    public ReplayState {
        if (seen < 0) {
            throw new IllegalArgumentException("seen is at least 0, not " + seen);
        }
    }
}
