package dev.attune.quickstart.bench.soak;

import dev.attune.kit.Checks;
import java.nio.file.Path;

/**
 * What a soak is to do.
 *
 * @param steps to take
 * @param sampleEvery steps between two samples
 * @param pairsPerStep fresh pairs in a step
 * @param demoModel whose tokenizer is used
 * @param seed of the pairs
 */
record SoakOptions(long steps, long sampleEvery, int pairsPerStep, Path demoModel, long seed) {
    private static final int FEWEST_SAMPLES = 10;

    SoakOptions {
        Checks.that(steps >= 100, "--steps", "must be at least 100, but is " + steps);
        Checks.that(
                sampleEvery >= 1 && steps / sampleEvery >= FEWEST_SAMPLES,
                "--sample-every",
                "must leave at least " + FEWEST_SAMPLES + " samples, but is " + sampleEvery);
        Checks.between("--batch", pairsPerStep, 1, 4096);
    }
}
