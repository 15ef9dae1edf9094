package dev.attune.publisher.canary.sequential;

/**
 * Observations in [0, 1], of which only these two figures matter.
 *
 * @param total their sum
 * @param count how many they are
 */
public record Sum(double total, long count) {
    public static final Sum NONE = new Sum(0, 0);

    /** What sums of shares may be off by. */
    private static final double ROUNDING = 1e-9;

    public Sum {
        if (count < 0 || !(total >= 0 && total <= count * (1 + ROUNDING))) {
            throw new IllegalArgumentException(count + " observations in [0, 1] have no sum of " + total);
        }
    }

    public Sum plus(double observation) {
        return new Sum(total + observation, count + 1);
    }

    public Sum plus(Sum more) {
        return new Sum(total + more.total, count + more.count);
    }

    /** The sum of what they lack to 1. */
    double rest() {
        return Math.max(0, count - total);
    }

    /** NaN where there is none. */
    public double mean() {
        return total / count;
    }
}
