package dev.attune.quickstart.pretrain;

/**
 * Linear warm-up, flat to half of the steps, then linear down to 3%.
 *
 * @param peak highest learning rate
 * @param warmupSteps steps until the peak is reached
 * @param steps steps in all
 */
record LearningRateSchedule(double peak, int warmupSteps, int steps) {
    private static final double LAST = 0.03;

    /** Learning rate of a step, the first of which is 1. */
    double at(int step) {
        double warmup = step >= warmupSteps ? 1 : (double) step / warmupSteps;
        double done = (double) (step - 1) / steps;
        double decay = done < 0.5 ? 1 : Math.max(LAST, 2 * (1 - done));
        return peak * warmup * decay;
    }
}
