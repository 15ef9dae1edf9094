package dev.attune.trainer.model;

import ai.djl.pytorch.jni.JniUtils;

/**
 * The thread's gradient mode as a scope.
 *
 * <p>PyTorch keeps the mode per thread and starts every thread with it on. DJL's {@code GradientCollector} is not used:
 * there can be one per process only, and it zeroes the gradients of everything.
 */
public final class GradientMode implements AutoCloseable {
    private final boolean before;

    private GradientMode(boolean enabled) {
        before = JniUtils.isGradMode();
        JniUtils.setGradMode(enabled);
    }

    /** Operations inside the scope are recorded for {@link Gradients#backward}. */
    public static GradientMode recorded() {
        return new GradientMode(true);
    }

    /** Operations inside the scope are not recorded: for the reference, for evaluation and for the optimizer. */
    public static GradientMode off() {
        return new GradientMode(false);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
