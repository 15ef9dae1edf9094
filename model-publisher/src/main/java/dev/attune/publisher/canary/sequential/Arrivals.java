package dev.attune.publisher.canary.sequential;

import java.util.ArrayDeque;
import java.util.Deque;

/** One arm's observations, those first that have waited longest. */
final class Arrivals {
    /** Of an arm that has nothing to be compared with; what comes then waits for nothing. */
    private static final int MOST_WAITING = 10_000;
    /** Until so many have come, what is expected weighs as much as what came. */
    private static final double EXPECTATION = 50;

    private final double expected;
    private final Deque<Double> waiting = new ArrayDeque<>();
    private Sum all = Sum.NONE;
    private Sum taken = Sum.NONE;

    /** @param share of all observations that is expected to be of this arm */
    Arrivals(double share) {
        this.expected = EXPECTATION * share;
    }

    void add(double observation) {
        all = all.plus(observation);
        if (waiting.size() < MOST_WAITING) {
            waiting.add(observation);
        }
    }

    /** How many usually come with one of the other arm: 1 where this one is the rarer. */
    long usualBeside(Arrivals other) {
        return Math.max(1, (long) ((all.count() + expected) / (other.all.count() + other.expected)));
    }

    int waiting() {
        return waiting.size();
    }

    /** Takes as many as usual; of the more frequent arm up to twice as many, so that none is left behind. */
    Sum take(long usual) {
        long most = usual == 1 ? 1 : 2 * usual;
        Sum block = Sum.NONE;
        while (block.count() < most && !waiting.isEmpty()) {
            block = block.plus(waiting.remove());
        }
        taken = taken.plus(block);
        return block;
    }

    /** Of all blocks before. */
    Sum taken() {
        return taken;
    }

    /** With those that wait. */
    Sum all() {
        return all;
    }
}
