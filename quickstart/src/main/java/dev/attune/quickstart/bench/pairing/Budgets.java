package dev.attune.quickstart.bench.pairing;

import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import java.util.List;

/**
 * Bounds across prompts in the window of a day, as in pairing's configuration; 0 for no bound. With both at 0 pairing has no
 * third stage.
 */
record Budgets(int maxPairsPerUser, int maxPairsPerTenant) {
    static final Budgets OFF = new Budgets(0, 0);

    private static final String OPTION = "--budgets";

    Budgets {
        Checks.atLeast(OPTION, maxPairsPerUser, 0);
        Checks.atLeast(OPTION, maxPairsPerTenant, 0);
    }

    /** @param values of the option: none, or one for users and one for tenants */
    static Budgets of(List<Integer> values) {
        return switch (values.size()) {
            case 0 -> OFF;
            case 2 -> new Budgets(values.get(0), values.get(1));
            default ->
                throw new ConfigException(
                        OPTION, "must be two numbers, pairs of a user and pairs of a tenant, but has " + values.size());
        };
    }

    boolean on() {
        return maxPairsPerUser > 0 || maxPairsPerTenant > 0;
    }
}
