package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.BudgetScope.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Bounds what a user and a tenant have out across prompts: a pair goes out if it is among the first of each scope that it
 * belongs to. Scopes do not know of each other: each ranks all of its pairs, also those that another one keeps out. So
 * what is out at rest is a function of the pairs that hold, and not of the order in which they came.
 */
public final class BudgetStage {
    private final BudgetRules rules;
    private final BudgetMemory memory;
    private final ScopeRanking ranking;

    public BudgetStage(BudgetRules rules, BudgetMemory memory) {
        this.rules = rules;
        this.memory = memory;
        this.ranking = new ScopeRanking(rules, memory);
    }

    /** False where this revision, or a later one, is known already. */
    public boolean isNew(PairRevision revision) {
        return memory.pair(revision.pairKey())
                .map(known -> known.revision() < revision.revision())
                .orElse(true);
    }

    /** Takes a revision that is new. */
    public BudgetChanges revise(PairRevision revision) {
        String key = revision.pairKey();
        Rank rank = Rank.of(revision.origin(), key);
        BudgetedPair known = memory.pair(key).orElseGet(() -> BudgetedPair.unknown(rank));
        if (revision.revision() > known.revision() + 1) {
            known = known.passedBy(revision.revision() - 1);
        }
        List<BudgetScope> scopes =
                revision.active() ? rules.scopes(revision.tenant(), revision.newestByUser()) : List.of();
        Moves moves = new Moves();
        moves.revised(key, known, known.revised(revision.revision(), revision.active(), rank, scopes));
        // Where it stays with its rank there is nothing to do: most revisions move nothing.
        Set<BudgetScope> kept = new HashSet<>(known.rank().equals(rank) ? scopes : List.of());
        kept.retainAll(new HashSet<>(known.scopes()));
        for (BudgetScope scope : known.scopes()) {
            if (!kept.contains(scope)) {
                ranking.leave(scope, known.rank(), moves);
            }
        }
        for (BudgetScope scope : scopes) {
            if (!kept.contains(scope)) {
                ranking.enter(scope, rank, moves);
            }
        }
        return moves.changes(key);
    }

    /** A pair that one revision moves, as it was and as it is. */
    private record Move(BudgetedPair before, BudgetedPair now) {
        /** How many more pairs are kept out. */
        int keptOut() {
            return (now.keptOut().isEmpty() ? 0 : 1) - (before.keptOut().isEmpty() ? 0 : 1);
        }
    }

    /** All that one revision moves; who is out for a moment only is not sent. */
    private final class Moves implements ScopeRanking.Sides {
        private final SortedMap<String, Move> byKey = new TreeMap<>();

        @Override
        public void out(Rank rank, Kind kind) {
            keptOutBy(rank.pairKey(), kind, 1);
        }

        @Override
        public void in(Rank rank, Kind kind) {
            keptOutBy(rank.pairKey(), kind, -1);
        }

        void revised(String key, BudgetedPair before, BudgetedPair now) {
            byKey.put(key, new Move(before, now));
        }

        private void keptOutBy(String key, Kind kind, int more) {
            Move move = byKey.get(key);
            if (move == null) {
                BudgetedPair known = memory.pair(key)
                        .orElseThrow(
                                () -> new IllegalStateException(
                                        "the budgets rank a pair that they do not know: the state is damaged, reset the application"));
                move = new Move(known, known);
            }
            byKey.put(key, new Move(move.before(), move.now().keptOutBy(kind, more)));
        }

        BudgetChanges changes(String revisedKey) {
            List<Published<String>> sent = new ArrayList<>();
            Map<Bound, Integer> heldBack = new EnumMap<>(Bound.class);
            int keptOut = 0;
            for (Map.Entry<String, Move> entry : byKey.entrySet()) {
                BudgetedPair before = entry.getValue().before();
                BudgetedPair pair = entry.getValue().now();
                for (Kind kind : pair.keptOut()) {
                    if (!before.keptOut().contains(kind)) {
                        heldBack.merge(kind.bound(), 1, Integer::sum);
                    }
                }
                keptOut += entry.getValue().keptOut();
                boolean news = entry.getKey().equals(revisedKey) || !before.out();
                if (pair.goesOut() ? news : before.out()) {
                    pair = pair.sent(pair.goesOut());
                    sent.add(new Published<>(entry.getKey(), pair.sentRevision(), pair.out()));
                }
                memory.putPair(entry.getKey(), pair);
            }
            return new BudgetChanges(List.copyOf(sent), heldBack, keptOut);
        }
    }
}
