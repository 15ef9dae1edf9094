package dev.attune.trainer.optim;

import dev.attune.kit.Checks;

/**
 * Settings of {@link AdamW}; {@link #DEFAULTS} are PyTorch's, with TRL's gradient clipping and no weight decay.
 *
 * @param learningRate above 0
 * @param beta1 decay of the first moment, 0 to below 1
 * @param beta2 decay of the second moment, 0 to below 1
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay decoupled weight decay a step, relative to the learning rate; 0 to 1
 * @param maxGradNorm gradients are scaled down to this global norm, above 0; infinity: never
 * @param warmupSteps steps over which the learning rate rises linearly from 0; 0: none
 * @param cycleSteps after the warm-up the learning rate falls along a half cosine from its full height towards 0 over so
 *     many steps, and begins anew (Loshchilov and Hutter 2017, "SGDR", eq. 5, with a least rate of 0 and equal cycles);
 *     0: it stays constant
 * @param decayNorms whether parameters of one dimension, which norms and biases are, decay too; Hugging Face's Trainer
 *     leaves them out
 */
public record AdamWConfig(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradNorm,
        int warmupSteps,
        int cycleSteps,
        boolean decayNorms) {

    public static final AdamWConfig DEFAULTS = new AdamWConfig(1e-3, 0.9, 0.999, 1e-8, 0, 1, 0, 0, false);

    public AdamWConfig {
        Checks.positive("learningRate", learningRate);
        Checks.that(beta1 >= 0 && beta1 < 1, "beta1", "must be at least 0 and below 1, but is " + beta1);
        Checks.that(beta2 >= 0 && beta2 < 1, "beta2", "must be at least 0 and below 1, but is " + beta2);
        Checks.positive("epsilon", epsilon);
        Checks.between("weightDecay", weightDecay, 0, 1);
        Checks.that(maxGradNorm > 0, "maxGradNorm", "must be above 0, but is " + maxGradNorm);
        Checks.atLeast("warmupSteps", warmupSteps, 0);
        Checks.atLeast("cycleSteps", cycleSteps, 0);
    }

    public AdamWConfig withLearningRate(double rate) {
        return new AdamWConfig(
                rate, beta1, beta2, epsilon, weightDecay, maxGradNorm, warmupSteps, cycleSteps, decayNorms);
    }

    public AdamWConfig withMaxGradNorm(double norm) {
        return new AdamWConfig(
                learningRate, beta1, beta2, epsilon, weightDecay, norm, warmupSteps, cycleSteps, decayNorms);
    }

    public AdamWConfig withWeightDecay(double decay, boolean ofNorms) {
        return new AdamWConfig(
                learningRate, beta1, beta2, epsilon, decay, maxGradNorm, warmupSteps, cycleSteps, ofNorms);
    }

    public AdamWConfig withSchedule(int warmup, int cycle) {
        return new AdamWConfig(
                learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm, warmup, cycle, decayNorms);
    }

    /**
     * Learning rate of a step, the first of which is 1; step w of w warm-up steps has the full rate, and so has the
     * first step of a cycle, which is the one after.
     */
    public double learningRateAt(long step) {
        if (step < warmupSteps) {
            return learningRate * step / warmupSteps;
        }
        if (cycleSteps == 0 || step == warmupSteps) {
            return learningRate;
        }
        double progress = (double) ((step - warmupSteps - 1) % cycleSteps) / cycleSteps;
        return learningRate * (1 + Math.cos(Math.PI * progress)) / 2;
    }
}
