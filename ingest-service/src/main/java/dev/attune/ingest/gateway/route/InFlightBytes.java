package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.HashMap;
import java.util.Map;

/**
 * A budget of memory for requests that are read or wait for Kafka: it stays bounded however slow Kafka is.
 *
 * <p>A tenant may hold as much as is still free: one alone gets half of the budget, n busy ones an (n+1)th part each, and there
 * is always as much left for one that comes new. So nobody waits because of what another tenant sends.
 */
public final class InFlightBytes {
    /** What a byte of JSON takes: itself, its tree, its record, and its bytes in the producer (see the operations guide). */
    static final int FACTOR = 4;

    /** What an event takes beside its text: what the producer and we hold for it until it is acknowledged. */
    static final int PER_EVENT = 1024;

    private final long limit;
    private final Map<String, Long> heldByTenant = new HashMap<>();
    private long held;

    public InFlightBytes(long limit) {
        this.limit = limit;
    }

    /** The smallest budget with which a body of this size can ever come in: a tenant alone gets half of it. */
    public static long least(long bodyBytes) {
        return 2 * (bodyBytes * FACTOR + PER_EVENT);
    }

    /** What one request holds of the budget; closing it gives it back. Of one thread. */
    public final class Share implements AutoCloseable {
        private final String tenant;
        private long mine;

        private Share(String tenant) {
            this.tenant = tenant;
        }

        /** @throws Rejected with {@link Reason#TOO_MUCH_IN_FLIGHT} when the tenant may not hold this much more now */
        void growForBody(long bytes) {
            grow(bytes * FACTOR);
        }

        /** As {@link #growForBody}, for what events take beside their text. */
        void growForEvents(long count) {
            grow(count * PER_EVENT);
        }

        private void grow(long bytes) {
            take(tenant, bytes);
            mine += bytes;
        }

        @Override
        public void close() {
            give(tenant, mine);
            mine = 0;
        }
    }

    /** A share that holds one event's part, and grows from there. */
    Share open(String tenant) {
        Share share = new Share(tenant);
        share.growForEvents(1);
        return share;
    }

    private synchronized void take(String tenant, long bytes) {
        long tenants = heldByTenant.getOrDefault(tenant, 0L);
        if (tenants + bytes > limit - held) {
            throw new Rejected(
                    Reason.TOO_MUCH_IN_FLIGHT, "too many events are waiting to be stored: send this one again later");
        }
        heldByTenant.put(tenant, tenants + bytes);
        held += bytes;
    }

    private synchronized void give(String tenant, long bytes) {
        held -= bytes;
        heldByTenant.computeIfPresent(tenant, (_, before) -> before == bytes ? null : before - bytes);
    }

    public synchronized long held() {
        return held;
    }
}
