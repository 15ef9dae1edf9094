package dev.attune.quickstart.pretrain;

import dev.attune.kit.Checks;

/**
 * How the demo's model is made; {@link #DEFAULTS} made the committed one.
 *
 * @param steps optimizer steps, default 2,200
 * @param batchSize dialogues a step, default 32
 * @param learningRate highest learning rate, default 3e-3; see {@link LearningRateSchedule}
 * @param warmupSteps steps until it is reached, default 60
 * @param weightDecay decoupled weight decay a step, relative to the learning rate; default 0.05
 * @param questionWeight weight of a question's tokens in the loss, where an answer's have 1; default 0.1
 * @param dialogues dialogues in the corpus, default 70,400: each is seen once
 * @param evaluated answers sampled for each figure of the model card, default 200; 0 measures nothing
 * @param seed of everything that is random, default 1
 */
record PretrainConfig(
        int steps,
        int batchSize,
        double learningRate,
        int warmupSteps,
        double weightDecay,
        double questionWeight,
        int dialogues,
        int evaluated,
        long seed) {

    static final PretrainConfig DEFAULTS = new PretrainConfig(2_200, 32, 3e-3, 60, 0.05, 0.1, 70_400, 200, 1);

    PretrainConfig {
        Checks.between("steps", steps, 1, 1_000_000);
        Checks.between("batchSize", batchSize, 1, 4_096);
        Checks.positive("learningRate", learningRate);
        Checks.atLeast("warmupSteps", warmupSteps, 0);
        Checks.between("weightDecay", weightDecay, 0.0, 1.0);
        Checks.between("questionWeight", questionWeight, 0.0, 1.0);
        Checks.between("dialogues", dialogues, batchSize, 10_000_000);
        Checks.between("evaluated", evaluated, 0, 100_000);
    }

    PretrainConfig with(int newSteps, int newDialogues, int newEvaluated, long newSeed) {
        return new PretrainConfig(
                newSteps,
                batchSize,
                learningRate,
                warmupSteps,
                weightDecay,
                questionWeight,
                newDialogues,
                newEvaluated,
                newSeed);
    }
}
