package dev.attune.publisher.canary.sequential;

/** Likelihoods of observations in [0, 1] as if they were shares of coins. */
final class Bernoulli {
    private Bernoulli() {}

    /** log ∏ p^x (1 − p)^(1 − x), where 0 · log 0 is 0. */
    static double logLikelihood(Sum seen, double p) {
        return times(seen.total(), Math.log(p)) + times(seen.rest(), Math.log1p(-p));
    }

    private static double times(double factor, double log) {
        return factor == 0 ? 0 : factor * log;
    }

    /** log of the mean of e^terms, without leaving what a double can hold. */
    static double logMeanExp(double[] terms) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double term : terms) {
            largest = Math.max(largest, term);
        }
        double sum = 0;
        for (double term : terms) {
            sum += Math.exp(term - largest);
        }
        return largest + Math.log(sum / terms.length);
    }
}
