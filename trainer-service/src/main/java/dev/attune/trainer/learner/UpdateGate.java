package dev.attune.trainer.learner;

/** Decides between gradient and update. */
@FunctionalInterface
public interface UpdateGate {

    /**
     * True where the update may be made.
     *
     * @param metrics of the step, its finite gradient norm among them
     */
    boolean admits(StepReport metrics);
}
