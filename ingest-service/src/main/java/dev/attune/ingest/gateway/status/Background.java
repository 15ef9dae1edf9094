package dev.attune.ingest.gateway.status;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work in a thread of its own that begins again when it fails, until it is closed. Nobody waits for it. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

    private final String name;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** Returns when it cannot go on, or {@link #isClosing()}. */
    interface Work {
        void run(Background background) throws Exception;
    }

    private Background(String name, Work work) {
        this.name = name;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(() -> repeat(work));
    }

    static Background start(String name, Work work) {
        Background background = new Background(name, work);
        background.thread.start();
        return background;
    }

    private void repeat(Work work) {
        String said = "";
        while (!isClosing()) {
            try {
                work.run(this);
            } catch (Exception e) {
                String problem = String.valueOf(e.getMessage());
                if (!isClosing() && !problem.equals(said)) {
                    LOG.warn("{}: {}; tries again", name, problem);
                    said = problem;
                }
            }
            awaitClosing(PAUSE);
        }
    }

    boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** True once it is to end. */
    boolean awaitClosing(Duration bound) {
        try {
            return closing.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSE_BOUND)) {
                LOG.warn("{} did not end within {} s", name, CLOSE_BOUND.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
