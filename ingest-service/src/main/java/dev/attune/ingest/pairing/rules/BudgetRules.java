package dev.attune.ingest.pairing.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many pairs go out of one window, across prompts.
 *
 * @param window of {@code receivedAt}, counted from the epoch
 * @param maxPairsPerUser with a vote of one user in their evidence, 0 for all
 * @param maxPairsPerTenant 0 for all
 */
public record BudgetRules(Duration window, int maxPairsPerUser, int maxPairsPerTenant) {

    /** How many pairs of such a scope go out. */
    int limit(BudgetScope.Kind kind) {
        int limit = switch (kind) {
            case TENANT -> maxPairsPerTenant;
            case USER -> maxPairsPerUser;
        };
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    /**
     * The scopes of a pair, none for a bound that is off.
     *
     * @param newestByUser when each user's newest vote on the pair was received; several votes are one, as for the
     *     bound within a prompt
     */
    List<BudgetScope> scopes(String tenant, Map<String, Instant> newestByUser) {
        List<BudgetScope> scopes = new ArrayList<>();
        if (maxPairsPerTenant > 0) {
            Instant newest = newestByUser.values().stream()
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.EPOCH);
            scopes.add(BudgetScope.ofTenant(tenant, newest, this));
        }
        if (maxPairsPerUser > 0) {
            SortedMap<String, Instant> sorted = new TreeMap<>(newestByUser);
            sorted.forEach((user, newest) -> scopes.add(BudgetScope.ofUser(tenant, user, newest, this)));
        }
        return List.copyOf(scopes);
    }
}
