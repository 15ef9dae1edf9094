package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.optim.AdamWConfig;
import picocli.CommandLine.Option;

/** The options of AdamW and its schedule. */
final class OptimizerOptions {
    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "1e-4",
            description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--max-grad-norm",
            paramLabel = "X",
            defaultValue = "1.0",
            description = "Gradients are scaled down to this global norm (default: ${DEFAULT-VALUE}).")
    private double maxGradNorm;

    @Option(
            names = "--warm-up-steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Steps over which the learning rate rises from 0 (default: ${DEFAULT-VALUE}).")
    private int warmUpSteps;

    @Option(
            names = "--cycle-steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "After the warm-up the rate falls along a half cosine to 0 over so many steps and begins anew"
                    + " (default: ${DEFAULT-VALUE}: it stays constant).")
    private int cycleSteps;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "0",
            description = "AdamW's decoupled weight decay (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--decay-norms",
            description = "Norms and biases decay as well; Hugging Face's Trainer leaves them out, and so does this by"
                    + " default.")
    private boolean decayNorms;

    /** @throws dev.attune.kit.ConfigException naming the option that cannot be used */
    AdamWConfig config() {
        Checks.positive("--lr", learningRate);
        Checks.positive("--max-grad-norm", maxGradNorm);
        Checks.atLeast("--warm-up-steps", warmUpSteps, 0);
        Checks.atLeast("--cycle-steps", cycleSteps, 0);
        Checks.between("--weight-decay", weightDecay, 0, 1);
        return AdamWConfig.DEFAULTS
                .withLearningRate(learningRate)
                .withMaxGradNorm(maxGradNorm)
                .withWeightDecay(weightDecay, decayNorms)
                .withSchedule(warmUpSteps, cycleSteps);
    }
}
