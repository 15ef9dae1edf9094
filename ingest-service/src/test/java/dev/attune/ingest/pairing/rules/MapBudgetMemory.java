package dev.attune.ingest.pairing.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The budgets' memory in plain maps. Counts what is asked of it. */
final class MapBudgetMemory implements BudgetMemory {
    final Map<String, BudgetedPair> pairs = new TreeMap<>();
    private final Map<BudgetScope, NavigableSet<Rank>> ranks = new HashMap<>();
    private final Map<BudgetScope, Filling> fillings = new HashMap<>();
    private int lookUps;

    /** Look-ups since the last call. */
    int takeLookUps() {
        int taken = lookUps;
        lookUps = 0;
        return taken;
    }

    @Override
    public Filling filling(BudgetScope scope) {
        return fillings.getOrDefault(scope, Filling.EMPTY);
    }

    @Override
    public void putFilling(BudgetScope scope, Filling filling) {
        fillings.put(scope, filling);
    }

    @Override
    public void add(BudgetScope scope, Rank rank) {
        ranks.computeIfAbsent(scope, one -> new TreeSet<>()).add(rank);
    }

    @Override
    public void remove(BudgetScope scope, Rank rank) {
        of(scope).remove(rank);
    }

    @Override
    public Optional<Rank> first(BudgetScope scope) {
        lookUps++;
        return of(scope).stream().findFirst();
    }

    @Override
    public Optional<Rank> after(BudgetScope scope, Rank rank) {
        lookUps++;
        return Optional.ofNullable(of(scope).higher(rank));
    }

    @Override
    public Optional<Rank> before(BudgetScope scope, Rank rank) {
        lookUps++;
        return Optional.ofNullable(of(scope).lower(rank));
    }

    @Override
    public Optional<BudgetedPair> pair(String pairKey) {
        return Optional.ofNullable(pairs.get(pairKey));
    }

    @Override
    public void putPair(String pairKey, BudgetedPair pair) {
        pairs.put(pairKey, pair);
    }

    private NavigableSet<Rank> of(BudgetScope scope) {
        return ranks.getOrDefault(scope, new TreeSet<>());
    }
}
