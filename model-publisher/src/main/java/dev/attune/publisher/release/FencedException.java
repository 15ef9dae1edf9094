package dev.attune.publisher.release;

import dev.attune.kit.ServiceFailedException;

/** Another publisher of the same model has taken over. This one ends: whatever it did from here on would be wrong. */
public final class FencedException extends ServiceFailedException {

    public FencedException(String message) {
        super(message);
    }

    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
