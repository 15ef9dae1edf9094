package dev.attune.kit;

/**
 * A service cannot go on, for a reason that its operator can understand and mend: the message says what happened and what
 * to do; no stack trace is shown.
 */
public class ServiceFailedException extends RuntimeException {
    public ServiceFailedException(String message) {
        super(message);
    }

    public ServiceFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
