package dev.attune.ingest.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** A budget of bytes that requests may hold while they wait for Kafka: memory stays bounded however slow Kafka is. */
final class InFlightBytes {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    InFlightBytes(long limit) {
        this.limit = limit;
    }

    /** A share of the budget; closing it gives it back. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Rejected with {@link Reason#TOO_MUCH_IN_FLIGHT} when the budget does not have this much now */
    Share take(long bytes) {
        long now = held.addAndGet(bytes);
        if (now > limit) {
            held.addAndGet(-bytes);
            throw new Rejected(
                    Reason.TOO_MUCH_IN_FLIGHT, "too many events are waiting to be stored: send this one again later");
        }
        return () -> held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
