package dev.attune.quickstart.serving.engine;

/** As many requests wait as may; the sender should come back later. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(String message) {
        super(message);
    }
}
