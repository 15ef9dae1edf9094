package dev.attune.quickstart.serving.gguf;

/** A model or an adapter that cannot be served as it is; the message says what is wrong with it, for the user. */
public final class ConversionException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConversionException(String message) {
        super(message);
    }

    public ConversionException(String message, Throwable cause) {
        super(message, cause);
    }
}
