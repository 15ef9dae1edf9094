package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.concurrent.atomic.AtomicInteger;

/** Who may come in: so many requests at once, each with its share of the budget. Nobody queues; who does not fit is told. */
public final class Admissions {
    private final int maxRequests;
    private final InFlightBytes budget;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean closing;

    public Admissions(int maxRequests, InFlightBytes budget) {
        this.maxRequests = maxRequests;
        this.budget = budget;
    }

    /** A request that is inside, until it is closed. */
    public final class Place implements AutoCloseable {
        private final InFlightBytes.Share share;

        private Place(InFlightBytes.Share share) {
            this.share = share;
        }

        InFlightBytes.Share share() {
            return share;
        }

        @Override
        public void close() {
            share.close();
            inside.decrementAndGet();
        }
    }

    /** @throws Rejected when there are too many already, or the budget has no room for its tenant */
    Place enter(String tenant) {
        if (inside.incrementAndGet() > maxRequests) {
            inside.decrementAndGet();
            throw new Rejected(Reason.TOO_MANY_REQUESTS, "too many requests are under way: send this one again later");
        }
        try {
            if (closing) {
                throw new Rejected(Reason.NOT_READY, "the gateway stops: send this again, another one will take it");
            }
            return new Place(budget.open(tenant));
        } catch (Rejected rejected) {
            inside.decrementAndGet();
            throw rejected;
        }
    }

    /** From now on nobody comes in. */
    public void close() {
        closing = true;
    }

    /** Requests that are inside. */
    public int count() {
        return inside.get();
    }
}
