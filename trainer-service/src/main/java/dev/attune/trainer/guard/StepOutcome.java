package dev.attune.trainer.guard;

import dev.attune.trainer.learner.StepReport;

/** What became of a step. */
public sealed interface StepOutcome {

    /** The weights were updated. */
    record Applied(StepReport metrics) implements StepOutcome {}

    /**
     * Weights, moments and step count are as before. The pairs are set aside.
     *
     * @param detail the reason in a sentence
     */
    record Skipped(SkipReason reason, String detail) implements StepOutcome {}

    /**
     * Nothing was updated, and nothing more will be until a person says so.
     *
     * @param detail the reason in a sentence
     */
    record Halted(HaltReason reason, String detail) implements StepOutcome {}
}
