package dev.attune.quickstart.bench.pairing;

/** The longest time in which a count stood still. */
final class LongestPause {
    private long count;
    private long since;
    private long longest;

    /** @param nanos since some moment, of the first look */
    LongestPause(long nanos, long count) {
        this.since = nanos;
        this.count = count;
    }

    void seen(long nanos, long nowCount) {
        longest = Math.max(longest, nanos - since);
        if (nowCount != count) {
            count = nowCount;
            since = nanos;
        }
    }

    /** Forgets what was before. */
    void restart(long nanos) {
        since = nanos;
        longest = 0;
    }

    long nanos() {
        return longest;
    }
}
