package dev.attune.ingest.pairing;

import java.time.Duration;
import java.time.Instant;

/**
 * The time by which things expire: the newest {@code receivedAt} that was read. The wall clock counts only once nothing
 * has come for a while, which is when there is no input left to catch up with: so that downtime expires nothing.
 */
final class EventClock {
    private final Duration quiet;
    private Instant newest = Instant.EPOCH;
    private Instant lastRead;

    /**
     * @param quiet without any record for so long, all input counts as read
     * @param start wall clock
     */
    EventClock(Duration quiet, Instant start) {
        this.quiet = quiet;
        this.lastRead = start;
    }

    void read(Instant receivedAt, Instant wallClock) {
        if (receivedAt.isAfter(newest)) {
            newest = receivedAt;
        }
        lastRead = wallClock;
    }

    Instant now(Instant wallClock) {
        boolean caughtUp = !wallClock.isBefore(lastRead.plus(quiet));
        return caughtUp && wallClock.isAfter(newest) ? wallClock : newest;
    }
}
