package dev.attune.ingest.gateway.rate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.attune.ingest.gateway.access.RateSettings;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Token buckets of tenants and users, of this instance alone: with n instances behind a balancer n times as much passes. What
 * was taken is not given back when a request is refused later: it was work.
 */
public final class Rates {
    /** Of a user that is forgotten nobody remembers what it sent: it begins with a full bucket. */
    private static final int MOST_USERS = 100_000;

    private final Map<String, Bucket> tenants = new HashMap<>();
    private final Map<String, Cache<String, Bucket>> users = new HashMap<>();
    private final TimeMeter clock;

    public Rates(Iterable<Tenant> tenants) {
        this(tenants, TimeMeter.SYSTEM_NANOTIME);
    }

    Rates(Iterable<Tenant> tenants, TimeMeter clock) {
        this.clock = clock;
        for (Tenant tenant : tenants) {
            RateSettings rates = tenant.rates();
            if (rates.perSecond() > 0) {
                this.tenants.put(tenant.id(), bucket(rates.burst(), rates.perSecond(), Duration.ofSeconds(1)));
            }
            if (rates.perUserMinute() > 0) {
                users.put(
                        tenant.id(),
                        Caffeine.newBuilder().maximumSize(MOST_USERS).build());
            }
        }
    }

    /** What a tenant has left, for the answer's headers. */
    public record Left(long events, RateSettings rates) {
        /** As the draft of the RateLimit header fields has it: so many in a window of so many seconds. */
        public String policy() {
            return "\"tenant\";q=" + rates.burst() + ";w=" + Math.max(1, rates.burst() / rates.perSecond());
        }
    }

    /**
     * Takes events of a tenant.
     *
     * @return what is left; nothing where the tenant has no limit
     * @throws Rejected with {@link Reason#RATE_LIMITED} and the time after which as many would pass
     */
    public Optional<Left> take(Tenant tenant, int events) {
        Bucket bucket = tenants.get(tenant.id());
        if (bucket == null || events == 0) {
            return Optional.empty();
        }
        RateSettings rates = tenant.rates();
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(events);
        if (!probe.isConsumed()) {
            throw Rejected.retryAfter(
                    Reason.RATE_LIMITED,
                    "the tenant sends more than %d events a second: send this again later".formatted(rates.perSecond()),
                    Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        return Optional.of(new Left(probe.getRemainingTokens(), rates));
    }

    /**
     * Takes what a batch costs beyond the one event that every request does.
     *
     * @throws Rejected with {@link Reason#RATE_LIMITED}, or with {@link Reason#BODY_TOO_LARGE} where it would never pass
     */
    public void takeBatch(Tenant tenant, int events) {
        RateSettings rates = tenant.rates();
        if (rates.perSecond() > 0 && events > rates.burst()) {
            throw new Rejected(
                    Reason.BODY_TOO_LARGE,
                    "the batch has more events than the %d that this tenant may send at once: send smaller ones"
                            .formatted(rates.burst()));
        }
        Optional<Left> _ = take(tenant, events - 1);
    }

    /**
     * Takes an event of a user.
     *
     * @param pseudonym the user as records name them
     * @throws Rejected with {@link Reason#RATE_LIMITED} and the time after which one would pass
     */
    public void takeOfUser(Tenant tenant, String pseudonym) {
        Cache<String, Bucket> buckets = users.get(tenant.id());
        if (buckets == null) {
            return;
        }
        RateSettings rates = tenant.rates();
        Bucket bucket =
                buckets.get(pseudonym, one -> bucket(rates.userBurst(), rates.perUserMinute(), Duration.ofMinutes(1)));
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw Rejected.retryAfter(
                    Reason.RATE_LIMITED,
                    "this user sends more than %d events a minute: send this again later"
                            .formatted(rates.perUserMinute()),
                    Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }

    private Bucket bucket(long capacity, long refill, Duration period) {
        return Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, period))
                .build();
    }
}
