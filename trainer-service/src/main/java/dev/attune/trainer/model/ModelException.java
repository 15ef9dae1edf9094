package dev.attune.trainer.model;

/**
 * A model, adapter or tokenizer that cannot be used as it is. The message names the file and what is wrong with it, and
 * is meant for the user.
 */
public final class ModelException extends RuntimeException {
    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
