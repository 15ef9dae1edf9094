package dev.attune.publisher.release;

/** Another publisher of the same model has taken over. This one ends: whatever it did from here on would be wrong. */
public final class FencedException extends RuntimeException {

    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
