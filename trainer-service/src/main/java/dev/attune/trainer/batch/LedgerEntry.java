package dev.attune.trainer.batch;

import java.time.Instant;

/**
 * What the ledger knows of a pair.
 *
 * @param revision up to which it is settled
 * @param directions in which it was trained, a bit each
 * @param servedAt when there was a pair first, in milliseconds since 1970; {@value #NOT_SAID}: nobody said
 */
record LedgerEntry(long revision, int directions, long servedAt) {
    static final long NOT_SAID = 0;
    static final int NO_DIRECTION = 0;

    private static final int DIRECTION_BITS = 2;
    private static final int DIRECTIONS = (1 << DIRECTION_BITS) - 1;
    private static final long LATEST = Long.MAX_VALUE >> DIRECTION_BITS;

    static LedgerEntry of(long revision, int directions, Instant servedAt) {
        return new LedgerEntry(revision, directions, Math.clamp(servedAt.toEpochMilli(), NOT_SAID, LATEST));
    }

    static int bit(Direction direction) {
        return switch (direction) {
            case FORWARD -> 1;
            case REVERSED -> 2;
        };
    }

    /**
     * What both know: the order does not matter. Where one revision does not say how old the pair is, nobody can know later
     * whether that one had been read.
     */
    LedgerEntry with(LedgerEntry other) {
        boolean said = servedAt != NOT_SAID && other.servedAt != NOT_SAID;
        return new LedgerEntry(
                Math.max(revision, other.revision),
                directions | other.directions,
                said ? Math.max(servedAt, other.servedAt) : NOT_SAID);
    }

    boolean isOlderThan(long millis) {
        return servedAt != NOT_SAID && servedAt < millis;
    }

    /** Age and directions in 64 bits. */
    long stamp() {
        return servedAt << DIRECTION_BITS | directions;
    }

    static LedgerEntry unstamp(long revision, long stamp) {
        return new LedgerEntry(revision, (int) (stamp & DIRECTIONS), stamp >>> DIRECTION_BITS);
    }
}
