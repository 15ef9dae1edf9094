package dev.attune.trainer.checkpoint;

/** The weights are no longer worth a checkpoint: the last good one stands. */
public final class DivergedCheckpointException extends RuntimeException {
    DivergedCheckpointException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
