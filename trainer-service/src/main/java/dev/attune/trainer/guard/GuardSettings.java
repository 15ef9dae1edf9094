package dev.attune.trainer.guard;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** What stops a step, and what stops the trainer. A bound of 0 switches its guard off; numbers that are none always skip. */
public record GuardSettings(
        @Setting(
                value =
                        "Steps over which klBudget, maxChosenDrop and maxLengthRatio take their means; they say nothing before"
                                + " so many steps. Long enough that no single batch decides.",
                byDefault = "32")
        int window,

        @Setting(
                value =
                        "A step whose gradient has a larger norm, before clipping, is skipped. Clipping bounds how far a step"
                                + " goes, not where: a norm like this comes from a broken batch.",
                byDefault = "1000.0")
        double maxGradientNorm,

        @Setting(
                value =
                        "A step on whose pairs the KL divergence to the frozen anchor is larger, in nats an answer, is skipped:"
                                + " ten budgets at once are no drift.",
                byDefault = "30.0")
        double maxStepKl,

        @Setting(
                value =
                        "The trainer halts when the mean KL divergence to the frozen anchor over the window is larger, in nats an"
                                + " answer. As the publisher's gates.maxKl, behind which nothing is released.",
                byDefault = "3.0")
        double klBudget,

        @Setting(
                value = "The trainer halts when the chosen answers have lost more than so many nats a token against the"
                        + " reference, over the window: DPO may make both answers less likely, and the probability goes to"
                        + " text that nobody wrote. Healthy runs stay within a few tenths.",
                byDefault = "0.5")
        double maxChosenDrop,

        @Setting(
                value =
                        "The trainer halts when the chosen answers are so many times longer than the rejected ones, or shorter,"
                                + " over the window: then length is what is taught. Beyond what taste explains.",
                byDefault = "3.0")
        double maxLengthRatio,

        @Setting(
                value =
                        "The trainer halts, and takes no checkpoint, when the accuracy on the held-out slice is so much below its"
                                + " best. Four standard errors of 128 pairs at an accuracy of 0.8.",
                byDefault = "0.15")
        double maxAccuracyDrop,

        @Setting(
                value =
                        "The trainer halts when more steps than this are skipped one after the other, before all pairs are dead"
                                + " letters.",
                byDefault = "4")
        int maxSkipsInARow) {

    public GuardSettings {
        Checks.between("window", window, 1, 10_000);
        Checks.between("maxGradientNorm", maxGradientNorm, 0.0, 1e30);
        Checks.between("maxStepKl", maxStepKl, 0.0, 1e30);
        Checks.between("klBudget", klBudget, 0.0, 1e30);
        Checks.between("maxChosenDrop", maxChosenDrop, 0.0, 1e30);
        Checks.that(
                maxLengthRatio == 0 || (maxLengthRatio > 1 && maxLengthRatio <= 1000),
                "maxLengthRatio",
                "must be 0 or above 1 and at most 1000, but is " + maxLengthRatio);
        Checks.between("maxAccuracyDrop", maxAccuracyDrop, 0.0, 1.0);
        Checks.between("maxSkipsInARow", maxSkipsInARow, 1, 1_000);
    }
}
