package dev.attune.kit;

/** A service that runs until it is closed or fails. */
public interface RunningService extends AutoCloseable {
    /**
     * Waits for the end.
     *
     * @throws Exception what made the service fail; a service that was closed returns
     */
    void awaitEnd() throws Exception;

    /** Stops in order: no new work, what is acknowledged is flushed, resources are released. Safe to call twice. */
    @Override
    void close();
}
