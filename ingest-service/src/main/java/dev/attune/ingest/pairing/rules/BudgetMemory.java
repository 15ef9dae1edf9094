package dev.attune.ingest.pairing.rules;

import java.util.Optional;

/** What the budgets remember between two revisions: for each scope its pairs by rank and how far it is filled, and each pair's place. */
public interface BudgetMemory {
    /**
     * How far a scope is filled: its first pairs are in, up to a last one.
     *
     * @param in how many are in
     * @param last the last of them; empty where none is
     */
    record Filling(int in, Optional<Rank> last) {
        public static final Filling EMPTY = new Filling(0, Optional.empty());

        /** Whether the pair is in, or would be. */
        boolean reaches(Rank rank) {
            return last.isPresent() && rank.compareTo(last.get()) <= 0;
        }
    }

    Filling filling(BudgetScope scope);

    void putFilling(BudgetScope scope, Filling filling);

    void add(BudgetScope scope, Rank rank);

    void remove(BudgetScope scope, Rank rank);

    /** The first of the scope. */
    Optional<Rank> first(BudgetScope scope);

    /** The next of the scope after {@code rank}, which need not be in it. */
    Optional<Rank> after(BudgetScope scope, Rank rank);

    /** The one of the scope before {@code rank}, which need not be in it. */
    Optional<Rank> before(BudgetScope scope, Rank rank);

    Optional<BudgetedPair> pair(String pairKey);

    void putPair(String pairKey, BudgetedPair pair);
}
