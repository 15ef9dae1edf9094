package dev.attune.trainer.batch;

/**
 * Random numbers that depend on a seed and a count alone, so that there is no generator whose state could be lost: SplitMix64
 * (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 16).
 */
final class CountedRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private CountedRandom(long state) {
        this.state = state;
    }

    /** The generator as published. */
    static CountedRandom of(long seed) {
        return new CountedRandom(seed);
    }

    /**
     * A sequence of its own for each purpose and count.
     *
     * @param purpose tells sequences with the same count apart
     */
    static CountedRandom of(long seed, long purpose, long count) {
        long mixed = of(seed).next() ^ of(purpose).next();
        return of(of(mixed).next() ^ count);
    }

    long next() {
        state += GAMMA;
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform from 0 to below the bound; what it is off by is smaller than bound / 2^64. */
    long below(long bound) {
        return Math.unsignedMultiplyHigh(next(), bound);
    }
}
