package dev.attune.trainer.optim;

/** Training has left the finite numbers: the step was not taken, and the last good weights stand. */
public final class DivergedException extends RuntimeException {
    public DivergedException(String message) {
        super(message);
    }
}
