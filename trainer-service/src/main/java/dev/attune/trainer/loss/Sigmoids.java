package dev.attune.trainer.loss;

/** The logistic function without overflow. */
final class Sigmoids {
    private Sigmoids() {}

    static double of(double x) {
        // Each branch takes the exponential of a negative number only: no overflow.
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    static double log(double x) {
        return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
    }
}
