package dev.attune.quickstart.bench.pairing;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.Supplier;

/**
 * An endless stream of events in the order in which they arrive: turn after turn, the events of a turn spread among those of
 * the turns around it, 15% of them late (some before what they refer to) and 15% sent twice.
 */
final class LoadGenerator implements Supplier<Load> {
    static final double LATE = 0.15;
    static final double REPEATED = 0.15;

    private static final int SPREAD = 300;
    private static final int LATE_BY = 10_000;

    private record Arrival(long position, long number, Load load) {}

    private final Random random;
    private final Supplier<? extends Iterable<Load>> turns;
    private final PriorityQueue<Arrival> arrivals =
            new PriorityQueue<>(Comparator.comparingLong(Arrival::position).thenComparingLong(Arrival::number));
    private final Queue<Load> ready = new ArrayDeque<>();
    private long position;
    private long number;

    /** @param turns gives the events of one turn after the other, each in the order in which they happened */
    LoadGenerator(Random random, Supplier<? extends Iterable<Load>> turns) {
        this.random = random;
        this.turns = turns;
    }

    @Override
    public Load get() {
        while (ready.isEmpty()) {
            addTurn();
            takeArrived();
        }
        return ready.remove();
    }

    private void addTurn() {
        long at = position;
        for (Load load : turns.get()) {
            at += random.nextInt(SPREAD);
            add(random.nextDouble() < LATE ? at + random.nextInt(LATE_BY) : at, load);
            if (random.nextDouble() < REPEATED) {
                add(at + random.nextInt(LATE_BY), load);
            }
            position++;
        }
    }

    private void add(long at, Load load) {
        arrivals.add(new Arrival(at, number++, load));
    }

    private void takeArrived() {
        for (Arrival next = arrivals.peek(); next != null && next.position() <= position; next = arrivals.peek()) {
            ready.add(arrivals.remove().load());
        }
    }
}
