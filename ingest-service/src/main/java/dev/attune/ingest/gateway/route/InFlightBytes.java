package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.concurrent.atomic.AtomicLong;

/** A budget of bytes that requests may hold while they wait for Kafka: memory stays bounded however slow Kafka is. */
public final class InFlightBytes {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    public InFlightBytes(long limit) {
        this.limit = limit;
    }

    /** A share of the budget; closing it gives it back. */
    public interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Rejected with {@link Reason#TOO_MUCH_IN_FLIGHT} when the budget does not have this much now */
    public Share take(long bytes) {
        long now = held.addAndGet(bytes);
        if (now > limit) {
            held.addAndGet(-bytes);
            throw new Rejected(
                    Reason.TOO_MUCH_IN_FLIGHT, "too many events are waiting to be stored: send this one again later");
        }
        return () -> held.addAndGet(-bytes);
    }

    public long held() {
        return held.get();
    }
}
