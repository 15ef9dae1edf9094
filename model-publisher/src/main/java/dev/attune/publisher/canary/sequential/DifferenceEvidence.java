package dev.attune.publisher.canary.sequential;

/**
 * Whether the mean of one arm is below that of another by more than a margin δ: fed one observation in [0, 1] after the other,
 * and to be asked after each.
 *
 * <p>Observations wait, first come first served, until there are enough of both arms for a block: one of the arm that is rarer, and as
 * many of the other as usually come with it. So what is in a block is decided by who came, and not by what they said. With c and s the means of canary and stable version, a block of n_c and n_s observations multiplies the
 * evidence against a hypothesis H on (c, s) by
 *
 * <pre>∏ p(x; c*) / p(x; c°) · ∏ p(y; s*) / p(y; s°),   p(x; θ) = θ^x (1 − θ)^(1 − x)</pre>
 *
 * where (c*, s*) is a guess from what came before the block, at which H is wrong, and (c°, s°) the point of H that is nearest to it:
 * the least n_c KL(c*, c°) + n_s KL(s*, s°). Where H is convex, as here, the expectation of this is at most 1 at every point of H
 * (Turner, Ly and Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping", 2024).
 * So the product is a nonnegative supermartingale under H, and by Ville's inequality P(it ever reaches 1/α) ≤ α: one may look
 * whenever one likes, and stop when one likes. The evidence is the mean over several guesses of the difference, which
 * keeps this (the method of mixtures, Robbins 1970).
 *
 * <p>Observations need not be 0 or 1. By the inequality of arithmetic and geometric means p(x; q) / p(x; p) ≤ 1 + λ(x − p) for x in
 * [0, 1] with λ = (q − p) / (p(1 − p)): the bet of Waudby-Smith and Ramdas ("Estimating means of bounded random variables by
 * betting", JRSS B 2024), of which only the mean matters. So no more is asked than that the observations of an arm have one mean
 * given the past.
 *
 * <p>One who saw both arms gives a block alone: h = (1 + x − y) / 2, whose mean is (1 + c − s) / 2.
 */
public final class DifferenceEvidence {
    /** Where H is "not worse": the differences that are guessed, in margins. */
    private static final double[] WORSE = {-2, -4, -8};
    /** Where H is "worse". */
    private static final double[] NOT_WORSE = {0, 1, 3};

    private final double margin;
    private final Guess[] worse;
    private final Guess[] notWorse;
    private final Arrivals canary;
    private final Arrivals stable;
    private Sum both = Sum.NONE;

    /**
     * @param margin δ, in (0, 0.4]
     * @param share of the observations that is expected to be the canary's, in (0, 1)
     */
    public DifferenceEvidence(double margin, double share) {
        if (!(margin > 0 && margin <= 0.4)) {
            throw new IllegalArgumentException("a margin is in (0, 0.4], but is " + margin);
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("a share is in (0, 1), but is " + share);
        }
        this.margin = margin;
        this.worse = Guess.each(WORSE, margin);
        this.notWorse = Guess.each(NOT_WORSE, margin);
        this.canary = new Arrivals(share);
        this.stable = new Arrivals(1 - share);
    }

    public void canary(double observation) {
        canary.add(observation);
        takeBlocks();
    }

    public void stable(double observation) {
        stable.add(observation);
        takeBlocks();
    }

    /** One observation of both arms, by somebody who saw both. */
    public void both(double ofCanary, double ofStable) {
        double observation = (1 + ofCanary - ofStable) / 2;
        both = both.plus(observation);
        Sum block = Sum.NONE.plus(observation);
        for (Guess guess : worse) {
            guess.takeBoth(block, margin);
        }
        for (Guess guess : notWorse) {
            guess.takeBoth(block, margin);
        }
    }

    private void takeBlocks() {
        long canaries = canary.usualBeside(stable);
        long stables = stable.usualBeside(canary);
        while (canary.waiting() >= canaries && stable.waiting() >= stables) {
            Sum canaryBefore = canary.taken();
            Sum stableBefore = stable.taken();
            Sum ofCanary = canary.take(canaries);
            Sum ofStable = stable.take(stables);
            for (Guess guess : worse) {
                guess.take(ofCanary, ofStable, canaryBefore, stableBefore, margin);
            }
            for (Guess guess : notWorse) {
                guess.take(ofCanary, ofStable, canaryBefore, stableBefore, margin);
            }
        }
    }

    /** The logarithm of the evidence against "the canary's mean is at least the stable version's less the margin". */
    public double logEvidenceWorse() {
        return Guess.logEvidence(worse);
    }

    /** The logarithm of the evidence against "the canary's mean is at most the stable version's less the margin". */
    public double logEvidenceNotWorse() {
        return Guess.logEvidence(notWorse);
    }

    /** Of those who saw the canary alone. */
    public Sum canary() {
        return canary.all();
    }

    /** Of those who saw the stable version alone. */
    public Sum stable() {
        return stable.all();
    }

    /** Of those who saw both: one half where they found no difference. */
    public Sum both() {
        return both;
    }

    /** The canary's mean less the stable version's, over all that was seen; NaN where one of them was not. */
    public double difference() {
        double together = 2 * both.mean() - 1;
        double apart = canary().mean() - stable().mean();
        if (both.count() == 0) {
            return apart;
        }
        if (Double.isNaN(apart)) {
            return together;
        }
        long comparisons = Math.min(canary().count(), stable().count());
        return (apart * comparisons + together * both.count()) / (comparisons + both.count());
    }
}
