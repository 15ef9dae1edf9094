package dev.attune.trainer.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far back the ledger remembers. It moves with each checkpoint and is a part of it, so that what is refused between two
 * checkpoints depends on records alone.
 *
 * @param newest {@code servedAt} of the newest pair that was settled
 * @param takenFrom a pair from before is not taken, unless it is remembered
 * @param keptFrom a pair from before is forgotten; always well before {@code takenFrom}, so that nothing is taken that may
 *     have been forgotten; all three in milliseconds since 1970
 */
public record LedgerHorizon(long newest, long takenFrom, long keptFrom) {
    /** Where everything is remembered. */
    public static final LedgerHorizon START = new LedgerHorizon(0, 0, 0);

    /** This part of the time for which pairs are remembered lies between the two bounds. */
    private static final int MARGIN = 10;

    public LedgerHorizon {
        if (newest < 0 || keptFrom < 0 || takenFrom < keptFrom) {
            throw new IllegalArgumentException(
                    "a ledger is kept from %d and pairs taken from %d".formatted(keptFrom, takenFrom));
        }
    }

    LedgerHorizon seen(long servedAt) {
        return servedAt > newest ? new LedgerHorizon(servedAt, takenFrom, keptFrom) : this;
    }

    /**
     * Moves on, never back.
     *
     * @param keepFor how long pairs are remembered; zero: for ever
     * @param now bounds what a clock that was ahead can do
     * @param oldestWaiting of pairs that are to be trained yet: they are read again after a restart
     */
    LedgerHorizon advance(Duration keepFor, Instant now, Optional<Instant> oldestWaiting) {
        if (keepFor.isZero()) {
            return this;
        }
        long margin = keepFor.toMillis() / MARGIN;
        long bound = Math.min(newest, now.toEpochMilli()) - keepFor.toMillis() + margin;
        long taken = Math.max(
                takenFrom,
                Math.min(bound, oldestWaiting.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE)));
        return new LedgerHorizon(newest, taken, Math.max(keptFrom, taken - margin));
    }
}
