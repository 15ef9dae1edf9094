package dev.attune.quickstart.bench.pairing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.Supplier;

/** Turns that were there before: of each one completion and one thumb, as most turns have them. */
final class OpenTurns implements Supplier<Load> {
    private final long turns;
    private final Turns source;
    private final Deque<Load> ready = new ArrayDeque<>();

    OpenTurns(long turns, long seed) {
        this.turns = turns;
        this.source = new Turns(new Random(~seed), Turns.Prompts.MIXED, "open");
    }

    long events() {
        return 2 * turns;
    }

    @Override
    public Load get() {
        if (ready.isEmpty()) {
            ready.addAll(source.brief());
        }
        return ready.remove();
    }
}
