package dev.attune.publisher.canary.sequential;

import java.util.Arrays;

/** The evidence of {@link DifferenceEvidence} for one guess d of the difference between canary and stable version. */
final class Guess {
    /** Means that are guessed keep away from 0 and 1, where a single observation could undo everything. */
    private static final double LEAST = 0.005;

    private static final int BISECTIONS = 50;

    private final double difference;
    private double log;

    private Guess(double difference) {
        this.difference = difference;
    }

    /** One for each difference that two means can have. */
    static Guess[] each(double[] margins, double margin) {
        return Arrays.stream(margins)
                .map(times -> times * margin)
                .filter(difference -> Math.abs(difference) <= 1 - 2 * LEAST)
                .mapToObj(Guess::new)
                .toArray(Guess[]::new);
    }

    static double logEvidence(Guess[] guesses) {
        return Bernoulli.logMeanExp(
                Arrays.stream(guesses).mapToDouble(guess -> guess.log).toArray());
    }

    /**
     * A block of both arms.
     *
     * @param canaryBefore what came before the block, as {@code stableBefore}
     */
    void take(Sum canary, Sum stable, Sum canaryBefore, Sum stableBefore, double margin) {
        double s = stableMean(canaryBefore, stableBefore);
        double c = s + difference;
        double nearestS = nearest(c, canary.count(), s, stable.count(), margin);
        double nearestC = nearestS - margin;
        log += Bernoulli.logLikelihood(canary, c)
                - Bernoulli.logLikelihood(canary, nearestC)
                + Bernoulli.logLikelihood(stable, s)
                - Bernoulli.logLikelihood(stable, nearestS);
    }

    /** Somebody who saw both: the nearest point of the hypothesis is where the difference is the margin. */
    void takeBoth(Sum both, double margin) {
        log += Bernoulli.logLikelihood(both, (1 + difference) / 2) - Bernoulli.logLikelihood(both, (1 - margin) / 2);
    }

    /** The stable version's mean if the guess is right, from both arms, with half an observation of each kind before the first. */
    private double stableMean(Sum canary, Sum stable) {
        double total = stable.total() + canary.total() - difference * canary.count();
        double s = (total + 0.5) / (stable.count() + canary.count() + 1);
        return Math.clamp(s, LEAST - Math.min(0, difference), 1 - LEAST - Math.max(0, difference));
    }

    /**
     * The stable version's mean at the point (s − δ, s) with the least n_c KL(c*, s − δ) + n_s KL(s*, s). It is convex in s, so that the sign
     * of its slope finds it. A guess is always on the other side of this line than its hypothesis.
     */
    private static double nearest(double c, long canaries, double s, long stables, double margin) {
        double low = margin;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            double of = middle - margin;
            double slope = stables * (s - middle) / (middle * (1 - middle)) + canaries * (c - of) / (of * (1 - of));
            if (slope > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
