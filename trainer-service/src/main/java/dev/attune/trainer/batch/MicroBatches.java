package dev.attune.trainer.batch;

import java.time.Duration;

/** Decides when the waiting pairs are a batch: by count, or by the age of the one that has waited longest. */
public final class MicroBatches {
    private final PendingExamples pending;
    private final int size;
    private final Duration maxAge;

    public MicroBatches(PendingExamples pending, int size, Duration maxAge) {
        this.pending = pending;
        this.size = size;
        this.maxAge = maxAge;
    }

    /** True where a batch is due. */
    public boolean isDue(long nowNanos) {
        return untilDue(nowNanos).isZero();
    }

    /** How long until a batch is due if no further pair comes; zero where one is, {@code maxAge} where none waits. */
    public Duration untilDue(long nowNanos) {
        if (pending.trainable() >= size) {
            return Duration.ZERO;
        }
        if (pending.oldestArrivalNanos().isEmpty()) {
            return maxAge;
        }
        Duration left =
                maxAge.minusNanos(nowNanos - pending.oldestArrivalNanos().getAsLong());
        return left.isPositive() ? left : Duration.ZERO;
    }

    /** Why a batch is due now. */
    public BatchTrigger trigger() {
        return pending.trainable() >= size ? BatchTrigger.SIZE : BatchTrigger.AGE;
    }

    /** Takes the pairs that have waited longest. */
    public PendingExamples.Taken take() {
        return pending.take(size);
    }
}
