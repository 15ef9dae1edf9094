package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.BudgetScope;
import dev.attune.ingest.pairing.rules.BudgetedPair;
import java.util.List;

/**
 * Whether a pair went out, for whoever asks: ids and numbers, never what anybody wrote.
 *
 * @param status {@code active} where it is out, {@code kept_out} where it holds and others come first, {@code retracted}
 *     where it does not hold
 * @param keptOutBy which bounds keep it out
 * @param revision the last that went out, 0 where none did
 */
record BudgetView(String pairId, String status, List<KeptOutView> keptOutBy, long revision) {
    record KeptOutView(String bound, String detail) {}

    static BudgetView of(String pairId, BudgetedPair pair, PairingConfig.Budgets budgets) {
        String status = !pair.active() ? "retracted" : pair.out() ? "active" : "kept_out";
        return new BudgetView(
                pairId,
                status,
                pair.keptOut().stream().map(kind -> keptOutBy(kind, budgets)).toList(),
                pair.sentRevision());
    }

    private static KeptOutView keptOutBy(BudgetScope.Kind kind, PairingConfig.Budgets budgets) {
        return switch (kind) {
            case TENANT ->
                new KeptOutView(
                        "tenant",
                        "of the tenant's pairs of the same %s %d others come first (budgets.maxPairsPerTenant)"
                                .formatted(budgets.window(), budgets.maxPairsPerTenant()));
            case USER ->
                new KeptOutView(
                        "user",
                        "of the pairs of a user behind it %d others of the same %s come first (budgets.maxPairsPerUser)"
                                .formatted(budgets.maxPairsPerUser(), budgets.window()));
        };
    }
}
