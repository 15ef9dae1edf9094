package dev.attune.publisher.http;

/** The process was asked to stop while it waited. What was under way is taken up at the next start. */
public final class StoppedException extends RuntimeException {

    public StoppedException() {
        super("stopped");
    }
}
