package dev.attune.trainer.learner;

import dev.attune.kit.Checks;

/**
 * How much goes through the model at once. A larger batch is split and its gradients added up, which bounds memory and
 * changes nothing but rounding.
 *
 * @param maxTokens padding included; a single example may exceed it
 * @param maxExamples pairs, or single answers
 */
public record PassLimits(int maxTokens, int maxExamples) {
    public static final PassLimits DEFAULTS = new PassLimits(4096, Integer.MAX_VALUE);

    public PassLimits {
        Checks.atLeast("maxTokens", maxTokens, 1);
        Checks.atLeast("maxExamples", maxExamples, 1);
    }

    public PassLimits withMaxExamples(int examples) {
        return new PassLimits(maxTokens, examples);
    }
}
