package dev.attune.trainer.checkpoint;

import java.time.Duration;

/** Decides when a checkpoint is due: after enough steps, or by age once training has gone idle. */
public final class CheckpointCadence {
    private final int everySteps;
    private final Duration maxAge;
    /** When the first step was taken that no try contains. */
    private long firstStepNanos;

    private boolean counting;
    private int stepsWhenTried;

    public CheckpointCadence(int everySteps, Duration maxAge) {
        this.everySteps = everySteps;
        this.maxAge = maxAge;
    }

    public void stepTaken(long nowNanos) {
        if (!counting) {
            counting = true;
            firstStepNanos = nowNanos;
        }
    }

    /**
     * A checkpoint was taken, or refused: the next try needs new steps.
     *
     * @param stepsSinceLast steps that no checkpoint contains, after the try
     */
    public void tried(int stepsSinceLast) {
        counting = false;
        stepsWhenTried = stepsSinceLast;
    }

    /**
     * True where a checkpoint is due.
     *
     * @param stepsSinceLast steps that no checkpoint contains
     * @param idle no batch is due
     */
    public boolean isDue(int stepsSinceLast, boolean idle, long nowNanos) {
        return stepsSinceLast - stepsWhenTried >= everySteps
                || (idle && counting && nowNanos - firstStepNanos >= maxAge.toNanos());
    }
}
