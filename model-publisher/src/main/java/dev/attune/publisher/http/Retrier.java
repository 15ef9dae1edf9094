package dev.attune.publisher.http;

import dev.attune.publisher.http.CallException.Fault;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats calls to servers that are away, with growing waits and jitter, and with an end. Safe for several threads. */
public final class Retrier {

    private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);

    private final RetrySettings settings;
    private final StopSignal stop;

    public Retrier(RetrySettings settings, StopSignal stop) {
        this.settings = settings;
        this.stop = stop;
    }

    /** A call that can be repeated without harm. */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        T run() throws CallException, E;
    }

    /** As {@link Call}, where nothing comes back. */
    @FunctionalInterface
    public interface Action {
        void run() throws CallException;
    }

    /**
     * Runs the call until it succeeds, is refused, or the time is over.
     *
     * @throws CallException of the last attempt; it says how often it was tried
     */
    public <T, E extends Exception> T call(Call<T, E> call) throws CallException, E {
        long begun = System.nanoTime();
        Duration wait = settings.firstWait();
        for (int attempt = 1; ; attempt++) {
            stop.check();
            try {
                return call.run();
            } catch (CallException e) {
                if (e.fault() != Fault.UNAVAILABLE) {
                    throw e;
                }
                Duration pause = jittered(wait);
                Duration spent = Duration.ofNanos(System.nanoTime() - begun);
                if (spent.plus(pause).compareTo(settings.giveUpAfter()) > 0) {
                    throw new CallException(
                            Fault.UNAVAILABLE,
                            e.getMessage() + " (given up after " + attempt + " attempts in " + spent.toSeconds()
                                    + " s)",
                            e);
                }
                LOG.info("attempt {}: {}; the next in {} ms", attempt, e.getMessage(), pause.toMillis());
                stop.pause(pause);
                wait = min(wait.multipliedBy(2), settings.longestWait());
            }
        }
    }

    public void run(Action action) throws CallException {
        call(() -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /** Between a half and one and a half times: replicas that failed together are not asked together again. */
    private static Duration jittered(Duration wait) {
        return Duration.ofNanos(
                (long) (wait.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
