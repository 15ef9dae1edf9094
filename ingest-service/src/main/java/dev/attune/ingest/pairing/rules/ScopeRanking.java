package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.BudgetMemory.Filling;
import java.util.Optional;

/**
 * The first pairs of a scope are in, the others out. A pair that comes or goes moves the boundary by at most one other
 * pair, so that a change costs a few look-ups however many pairs a scope has.
 */
final class ScopeRanking {
    /** The boundary moves by more than one only where a bound was changed: step by step, with each change of the scope. */
    private static final int MOST_STEPS = 64;

    private final BudgetRules rules;
    private final BudgetMemory memory;

    ScopeRanking(BudgetRules rules, BudgetMemory memory) {
        this.rules = rules;
        this.memory = memory;
    }

    /** Hears which pairs change sides. A pair that is in no scope of a kind is not kept out by it. */
    interface Sides {
        void out(Rank rank, BudgetScope.Kind kind);

        void in(Rank rank, BudgetScope.Kind kind);
    }

    void enter(BudgetScope scope, Rank rank, Sides sides) {
        Filling filling = memory.filling(scope);
        memory.add(scope, rank);
        if (filling.reaches(rank)) {
            filling = new Filling(filling.in() + 1, filling.last());
        } else {
            sides.out(rank, scope.kind());
        }
        settle(scope, filling, sides);
    }

    void leave(BudgetScope scope, Rank rank, Sides sides) {
        Filling filling = memory.filling(scope);
        memory.remove(scope, rank);
        if (filling.reaches(rank)) {
            boolean wasLast = filling.last().equals(Optional.of(rank));
            filling = new Filling(filling.in() - 1, wasLast ? memory.before(scope, rank) : filling.last());
        } else {
            sides.in(rank, scope.kind());
        }
        settle(scope, filling, sides);
    }

    private void settle(BudgetScope scope, Filling changed, Sides sides) {
        Filling filling = changed;
        int limit = rules.limit(scope.kind());
        for (int step = 0; step < MOST_STEPS && filling.in() != limit; step++) {
            Optional<Rank> moving = filling.in() > limit ? filling.last() : next(scope, filling);
            if (moving.isEmpty()) {
                break;
            }
            if (filling.in() > limit) {
                sides.out(moving.get(), scope.kind());
                filling = new Filling(filling.in() - 1, memory.before(scope, moving.get()));
            } else {
                sides.in(moving.get(), scope.kind());
                filling = new Filling(filling.in() + 1, moving);
            }
        }
        memory.putFilling(scope, filling);
    }

    private Optional<Rank> next(BudgetScope scope, Filling filling) {
        return filling.last().isEmpty()
                ? memory.first(scope)
                : memory.after(scope, filling.last().get());
    }
}
