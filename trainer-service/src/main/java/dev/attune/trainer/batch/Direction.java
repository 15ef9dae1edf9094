package dev.attune.trainer.batch;

import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;

/**
 * Which way a pair is preferred, or whether a single answer is liked. A pairId names two completions without an order; the
 * direction gives it one that depends on nothing but the record, so that it is the same after a restart and in every checkpoint.
 */
public enum Direction {
    /** The completion with the smaller id is chosen; the single answer is liked. */
    FORWARD(1, '+'),
    /** The completion with the larger id is chosen; the single answer is not liked. */
    REVERSED(-1, '-');

    private final int sign;
    private final char symbol;

    Direction(int sign, char symbol) {
        this.sign = sign;
        this.symbol = symbol;
    }

    /** The direction of a pair; completions without ids are told apart by their texts. */
    public static Direction of(PreferencePair pair) {
        int order = pair.getChosenCompletionId().compareTo(pair.getRejectedCompletionId());
        if (order == 0) {
            order = pair.getChosen().getValue().compareTo(pair.getRejected().getValue());
        }
        return order <= 0 ? FORWARD : REVERSED;
    }

    public static Direction of(PreferenceSingle single) {
        return single.getDesirable() ? FORWARD : REVERSED;
    }

    /** 1 or -1, as lineage writes it. */
    public int sign() {
        return sign;
    }

    /** How format 1 of the ledger wrote it. */
    char symbol() {
        return symbol;
    }
}
