package dev.attune.ingest.replay;

/** A replay that could not go on. Started again, it sends the same events; what was stored counts once. */
final class ReplayFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayFailedException(String message) {
        super(message);
    }
}
