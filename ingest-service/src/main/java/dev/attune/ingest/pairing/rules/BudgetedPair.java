package dev.attune.ingest.pairing.rules;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pair's place in the budgets.
 *
 * @param revision of the prompt stage that is known
 * @param active whether it holds in its prompt
 * @param rank in each of its scopes
 * @param scopes that it belongs to, none where it is not active
 * @param keptOutBy in how many of its scopes others come first; nothing of a kind with none
 * @param sentRevision the last that went out, of the budgets' own counting; 0 where none did
 * @param out whether that one was active
 */
public record BudgetedPair(
        long revision,
        boolean active,
        Rank rank,
        List<BudgetScope> scopes,
        Map<BudgetScope.Kind, Integer> keptOutBy,
        long sentRevision,
        boolean out) {

    static BudgetedPair unknown(Rank rank) {
        return new BudgetedPair(0, false, rank, List.of(), Map.of(), 0, false);
    }

    /** Whether it holds, and others come first in a scope of each of these kinds. */
    public Set<BudgetScope.Kind> keptOut() {
        return keptOutBy.keySet();
    }

    boolean goesOut() {
        return active && keptOutBy.isEmpty();
    }

    /**
     * Revisions up to {@code last} went another way: straight out, while the budgets were off. The last may have been
     * active, and a number must not be used twice.
     */
    BudgetedPair passedBy(long last) {
        return new BudgetedPair(revision, active, rank, scopes, keptOutBy, Math.max(sentRevision, last), true);
    }

    BudgetedPair revised(long newRevision, boolean nowActive, Rank newRank, List<BudgetScope> newScopes) {
        return new BudgetedPair(newRevision, nowActive, newRank, newScopes, keptOutBy, sentRevision, out);
    }

    /** @param more scopes of the kind that keep it out */
    BudgetedPair keptOutBy(BudgetScope.Kind kind, int more) {
        Map<BudgetScope.Kind, Integer> changed = new EnumMap<>(BudgetScope.Kind.class);
        changed.putAll(keptOutBy);
        changed.merge(kind, more, (before, change) -> before + change == 0 ? null : before + change);
        return new BudgetedPair(revision, active, rank, scopes, changed, sentRevision, out);
    }

    BudgetedPair sent(boolean nowOut) {
        return new BudgetedPair(revision, active, rank, scopes, keptOutBy, sentRevision + 1, nowOut);
    }
}
