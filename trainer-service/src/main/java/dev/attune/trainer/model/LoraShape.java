package dev.attune.trainer.model;

import dev.attune.kit.Checks;
import java.util.List;

/**
 * What a fresh adapter is to be.
 *
 * @param rank rows of A, columns of B, at least 1
 * @param alpha numerator of the scale, at least 1
 * @param rslora whether the scale is {@code alpha / sqrt(rank)} (Kalajdzievski 2023, "A rank stabilization scaling factor
 *     for fine-tuning with LoRA", eq. 1) instead of {@code alpha / rank}: then a larger rank learns no slower
 * @param targetModules last names of the modules that learn, among {@link LoraAdapter#TARGET_MODULES}; their order does
 *     not matter
 */
public record LoraShape(int rank, int alpha, boolean rslora, List<String> targetModules) {
    public LoraShape {
        Checks.atLeast("rank", rank, 1);
        Checks.atLeast("alpha", alpha, 1);
        targetModules = targetModules.stream().distinct().sorted().toList();
        requireTargets("targetModules", targetModules);
    }

    /** All linear layers with the plain scale. */
    public LoraShape(int rank, int alpha) {
        this(rank, alpha, false, LoraAdapter.TARGET_MODULES);
    }

    /** @throws dev.attune.kit.ConfigException naming the first module that a Llama does not have */
    public static void requireTargets(String setting, List<String> targetModules) {
        Checks.notEmpty(setting, targetModules);
        for (String module : targetModules) {
            Checks.that(
                    LoraAdapter.TARGET_MODULES.contains(module),
                    setting,
                    "the model has no linear layer '" + module + "', but "
                            + String.join(", ", LoraAdapter.TARGET_MODULES));
        }
    }
}
