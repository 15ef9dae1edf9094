package dev.attune.quickstart.serving;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things to close, the last added first; one that fails does not keep the others open. */
final class Resources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<Named> open = new ArrayDeque<>();

    private record Named(String name, AutoCloseable resource) {}

    synchronized <T extends AutoCloseable> T add(String name, T resource) {
        open.push(new Named(name, resource));
        return resource;
    }

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            Named next = open.pop();
            try {
                next.resource().close();
            } catch (Exception failure) {
                LOG.warn("closing the {} failed", next.name(), failure);
            }
        }
    }
}
