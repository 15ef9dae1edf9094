package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.ReferencePairing.Held;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The budgets once more, slow and obvious: sorts the pairs of all prompts, and takes the first of each user and tenant. */
final class ReferenceBudgets {
    private final PairingConfig.Budgets budgets;
    private final Map<String, Integer> used = new HashMap<>();

    private ReferenceBudgets(PairingConfig.Budgets budgets) {
        this.budgets = budgets;
    }

    /** The pairs that go out. */
    static List<Held> within(PairingConfig.Budgets budgets, Collection<Held> pairs) {
        ReferenceBudgets reference = new ReferenceBudgets(budgets);
        return pairs.stream()
                .sorted(Comparator.comparingInt(Held::rank).thenComparing(Held::id))
                .filter(reference::takes)
                .toList();
    }

    private boolean takes(Held pair) {
        Instant newest = pair.newestByUser().values().stream()
                .max(Comparator.naturalOrder())
                .orElseThrow();
        boolean takes = isAmongFirst(pair.tenant(), newest, budgets.maxPairsPerTenant());
        for (Map.Entry<String, Instant> user : pair.newestByUser().entrySet()) {
            String scope = pair.tenant() + " " + user.getKey();
            takes &= isAmongFirst(scope, user.getValue(), budgets.maxPairsPerUser());
        }
        return takes;
    }

    private boolean isAmongFirst(String scope, Instant at, int limit) {
        long window = at.toEpochMilli() / budgets.window().toMillis();
        int place = used.merge(scope + " " + window, 1, Integer::sum);
        return limit == 0 || place <= limit;
    }
}
