package dev.attune.trainer.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger: which pairs were trained, in which directions. It is what makes training happen at most once for each
 * direction, and travels in every checkpoint.
 *
 * <p>It also knows up to which revision each pair is settled: when a checkpoint's input is read again, a revision that was
 * replaced before training must not come back to life.
 *
 * <p>Pairs are known by a hash, in 32 bytes each. One whose answers were served before the {@link LedgerHorizon} is forgotten,
 * and {@link #isTooOld} says so of all that may have been. What changed lately is kept apart from the rest, so that a
 * checkpoint writes the one and links the other.
 */
public final class TrainedExamples {
    /** What changed is merged into the rest once it is more than this, and more than one in {@value #SHARE} of the rest. */
    private static final int MOST_RECENT = 16_384;

    private static final int SHARE = 256;

    private final SettledExamples base;
    private final TreeMap<ExampleHash, LedgerEntry> recent = new TreeMap<>();
    private final int mostRecent;
    private LedgerHorizon horizon;

    public TrainedExamples() {
        this(MOST_RECENT);
    }

    TrainedExamples(int mostRecent) {
        this(
                new SettledExamples.Builder(0).build(),
                new SettledExamples.Builder(0).build(),
                LedgerHorizon.START,
                mostRecent);
    }

    /**
     * A ledger that was written.
     *
     * @param recent what changed after {@code base}, and is right where they differ
     */
    public TrainedExamples(SettledExamples base, SettledExamples recent, LedgerHorizon horizon) {
        this(base, recent, horizon, MOST_RECENT);
    }

    TrainedExamples(SettledExamples base, SettledExamples recent, LedgerHorizon horizon, int mostRecent) {
        this.base = base;
        this.horizon = horizon;
        this.mostRecent = mostRecent;
        recent.copyTo(this.recent);
    }

    /** True where this revision, or a newer one, was trained, set aside, or found to be trained before. */
    public boolean isSettled(ExampleKey key, long revision) {
        LedgerEntry entry = remembered(key);
        return entry != null && revision <= entry.revision();
    }

    public boolean isTrained(ExampleKey key, Direction direction) {
        LedgerEntry entry = remembered(key);
        return entry != null && (entry.directions() & LedgerEntry.bit(direction)) != 0;
    }

    public boolean isKnown(ExampleKey key) {
        return remembered(key) != null;
    }

    /**
     * True where nobody knows whether the pair was trained: it is not in the ledger, and would have been forgotten.
     *
     * @param servedAt when there was a pair first; {@link Instant#EPOCH}: not said, and such pairs are never forgotten
     */
    public boolean isTooOld(ExampleKey key, Instant servedAt) {
        LedgerEntry asked = LedgerEntry.of(0, LedgerEntry.NO_DIRECTION, servedAt);
        return asked.isOlderThan(horizon.takenFrom()) && !isKnown(key);
    }

    private @Nullable LedgerEntry remembered(ExampleKey key) {
        LedgerEntry entry = find(ExampleHash.of(key));
        return entry == null || entry.isOlderThan(horizon.keptFrom()) ? null : entry;
    }

    private @Nullable LedgerEntry find(ExampleHash hash) {
        LedgerEntry entry = recent.get(hash);
        return entry == null ? base.find(hash) : entry;
    }

    /** Pairs that were trained or set aside, and forgotten ones whose place is not free yet; one may count twice. */
    public long size() {
        return base.size() + recent.size();
    }

    public void trained(PendingExample pair) {
        trained(pair.key(), pair.revision(), pair.direction(), pair.servedAt());
    }

    /** @param servedAt when there was a pair first; {@link Instant#EPOCH}: not said, it is remembered for ever */
    public void trained(ExampleKey key, long revision, Direction direction, Instant servedAt) {
        settle(key, LedgerEntry.of(revision, LedgerEntry.bit(direction), servedAt));
    }

    /**
     * This revision needs no training, though it was not trained; a newer one may.
     *
     * @param servedAt when there was a pair first; {@link Instant#EPOCH}: not said, it is remembered for ever
     */
    public void settled(ExampleKey key, long revision, Instant servedAt) {
        settle(key, LedgerEntry.of(revision, LedgerEntry.NO_DIRECTION, servedAt));
    }

    private void settle(ExampleKey key, LedgerEntry entry) {
        ExampleHash hash = ExampleHash.of(key);
        LedgerEntry before = find(hash);
        recent.put(hash, before == null ? entry : before.with(entry));
        horizon = horizon.seen(entry.servedAt());
    }

    /**
     * To be called with each checkpoint, before it is written: what is remembered depends on checkpoints and records alone.
     *
     * @param keepFor how long a pair is remembered after its answers were served; zero: for ever
     * @param now of the checkpoint
     * @param oldestWaiting when the oldest of the pairs was served that are to be trained yet
     * @return true where {@link #base()} is another than in the checkpoint before
     */
    public boolean advance(Duration keepFor, Instant now, Optional<Instant> oldestWaiting) {
        horizon = horizon.advance(keepFor, now, oldestWaiting);
        if (recent.size() <= Math.max(mostRecent, base.size() / SHARE)) {
            return false;
        }
        base.merge(recent, horizon.keptFrom());
        recent.clear();
        return true;
    }

    /** All but {@link #recent()}; changes in {@link #advance} alone. */
    public SettledExamples base() {
        return base;
    }

    /** What changed since {@link #base()} did. */
    public SettledExamples recent() {
        return SettledExamples.of(recent);
    }

    public LedgerHorizon horizon() {
        return horizon;
    }
}
