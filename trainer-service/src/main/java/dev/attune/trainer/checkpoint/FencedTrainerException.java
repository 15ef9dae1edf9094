package dev.attune.trainer.checkpoint;

import dev.attune.kit.ServiceFailedException;

/** Another trainer of the same model has started: this one may write no checkpoint any more. */
public final class FencedTrainerException extends ServiceFailedException {
    public FencedTrainerException(String transactionalId, Throwable cause) {
        super(
                "another trainer has taken over (transactional id " + transactionalId
                        + "): this one stops, and what it trained since its last checkpoint does not count."
                        + " Run one trainer for each model",
                cause);
    }
}
