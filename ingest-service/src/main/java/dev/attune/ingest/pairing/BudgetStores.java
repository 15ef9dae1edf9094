package dev.attune.ingest.pairing;

import dev.attune.events.PreferencePair;
import dev.attune.ingest.pairing.rules.BudgetMemory;
import dev.attune.ingest.pairing.rules.BudgetScope;
import dev.attune.ingest.pairing.rules.BudgetedPair;
import dev.attune.ingest.pairing.rules.Rank;
import dev.attune.ingest.pairing.state.RankIndex;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** The budget stage's stores: a small row a pair with its place, one with its texts, and each scope's pairs by rank. */
final class BudgetStores implements BudgetMemory {
    /** Among the rows of the scopes, whose ids are hashes: how many pairs of the partition are kept out. */
    private static final String KEPT_OUT = "kept-out";

    private final KeyValueStore<String, BudgetedPair> places;
    private final KeyValueStore<String, PreferencePair> pairs;
    private final KeyValueStore<String, Filling> scopes;
    private final RankIndex ranks;

    BudgetStores(ProcessorContext<?, ?> context) {
        this.places = context.getStateStore(Nodes.BUDGET_PLACES_STORE);
        this.pairs = context.getStateStore(Nodes.BUDGET_PAIRS_STORE);
        this.scopes = context.getStateStore(Nodes.BUDGET_SCOPES_STORE);
        KeyValueStore<String, byte[]> rows = context.getStateStore(Nodes.BUDGET_RANKS_STORE);
        this.ranks = new RankIndex(rows);
    }

    /** What the pair says, whether it is out or not. */
    PreferencePair content(String pairKey) {
        PreferencePair pair = pairs.get(pairKey);
        if (pair == null) {
            throw new IllegalStateException("store " + Nodes.BUDGET_PAIRS_STORE
                    + " lacks a pair that the budgets know: the state is damaged, reset the application");
        }
        return pair;
    }

    void putContent(String pairKey, PreferencePair pair) {
        pairs.put(pairKey, pair);
    }

    /** A pair that does not hold cannot come back without saying anew what it says. */
    void forgetContent(String pairKey) {
        pairs.delete(pairKey);
    }

    int keptOut() {
        return row(KEPT_OUT).in();
    }

    void addKeptOut(int more) {
        if (more != 0) {
            scopes.put(KEPT_OUT, new Filling(keptOut() + more, Optional.empty()));
        }
    }

    @Override
    public Filling filling(BudgetScope scope) {
        return row(scope.id());
    }

    @Override
    public void putFilling(BudgetScope scope, Filling filling) {
        if (filling.in() == 0) {
            scopes.delete(scope.id());
        } else {
            scopes.put(scope.id(), filling);
        }
    }

    @Override
    public void add(BudgetScope scope, Rank rank) {
        ranks.add(scope, rank);
    }

    @Override
    public void remove(BudgetScope scope, Rank rank) {
        ranks.remove(scope, rank);
    }

    @Override
    public Optional<Rank> first(BudgetScope scope) {
        return ranks.first(scope);
    }

    @Override
    public Optional<Rank> after(BudgetScope scope, Rank rank) {
        return ranks.after(scope, rank);
    }

    @Override
    public Optional<Rank> before(BudgetScope scope, Rank rank) {
        return ranks.before(scope, rank);
    }

    @Override
    public Optional<BudgetedPair> pair(String pairKey) {
        return Optional.ofNullable(places.get(pairKey));
    }

    @Override
    public void putPair(String pairKey, BudgetedPair pair) {
        places.put(pairKey, pair);
    }

    private Filling row(String id) {
        Filling filling = scopes.get(id);
        return filling == null ? Filling.EMPTY : filling;
    }
}
