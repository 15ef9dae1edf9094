package dev.attune.ingest.pairing.rules;

import java.time.Instant;

/**
 * Pairs that share a bound: those of one tenant, or of one user of it, in one window of {@code receivedAt}.
 *
 * @param id a hash, so that no name of a tenant or user can reach into another scope
 */
public record BudgetScope(Kind kind, String id) {
    public enum Kind {
        TENANT,
        USER;

        Bound bound() {
            return switch (this) {
                case TENANT -> Bound.TENANT_BUDGET;
                case USER -> Bound.USER_BUDGET;
            };
        }
    }

    static BudgetScope ofTenant(String tenant, Instant newest, BudgetRules rules) {
        return new BudgetScope(Kind.TENANT, StableHash.id("tenant budget", tenant, window(newest, rules)));
    }

    static BudgetScope ofUser(String tenant, String userId, Instant newest, BudgetRules rules) {
        return new BudgetScope(Kind.USER, StableHash.id("user budget", tenant, userId, window(newest, rules)));
    }

    /** Counted from the epoch; windows of another length are other windows. */
    private static String window(Instant at, BudgetRules rules) {
        long lengthMs = rules.window().toMillis();
        return lengthMs + "/" + Math.floorDiv(at.toEpochMilli(), lengthMs);
    }
}
