package dev.attune.trainer.offline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Goes through pairs, or single answers, again and again, each time in a new order that the seed decides. */
final class PairBatches<T> {
    private final List<T> pairs;
    private final int size;
    private final Random random;
    private int next;

    PairBatches(List<T> pairs, int size, long seed) {
        this.pairs = new ArrayList<>(pairs);
        this.size = size;
        this.random = new Random(seed);
        this.next = pairs.size();
    }

    /** Batches of one pass. */
    int perPass() {
        return (pairs.size() + size - 1) / size;
    }

    /** The next batch; the last one of a pass may be smaller. */
    List<T> next() {
        if (next == pairs.size()) {
            Collections.shuffle(pairs, random);
            next = 0;
        }
        int end = Math.min(next + size, pairs.size());
        List<T> batch = List.copyOf(pairs.subList(next, end));
        next = end;
        return batch;
    }
}
