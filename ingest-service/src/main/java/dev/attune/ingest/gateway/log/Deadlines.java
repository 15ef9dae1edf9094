package dev.attune.ingest.gateway.log;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends what waits for Kafka too long, by one clock for all. Each request with a timer of its own would be simpler, and takes a
 * fifth of the time of a single event: nearly every one of them is set and never goes off.
 */
public final class Deadlines implements AutoCloseable {
    /** How late an end may come. */
    private static final Duration PERIOD = Duration.ofMillis(50);

    private final Set<Timed> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("deadlines").daemon(true).factory());

    /** One wait. By identity: two of the same deadline are two. */
    final class Timed {
        private final long deadline;
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        private Timed(long deadline) {
            this.deadline = deadline;
        }

        /** To wait for. It ends with a {@link TimeoutException} where nobody ends it in time. */
        CompletableFuture<Void> end() {
            return end;
        }

        /** @param failure null where all is well */
        void end(@Nullable Exception failure) {
            waiting.remove(this);
            if (failure == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(failure);
            }
        }
    }

    public Deadlines() {
        ScheduledFuture<?> _ =
                clock.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param deadline by {@link System#nanoTime()} */
    Timed until(long deadline) {
        Timed timed = new Timed(deadline);
        waiting.add(timed);
        return timed;
    }

    /** So many are waited for. */
    int count() {
        return waiting.size();
    }

    private void look() {
        long now = System.nanoTime();
        waiting.stream()
                .filter(each -> each.deadline - now < 0)
                .toList()
                .forEach(each -> each.end(new TimeoutException()));
    }

    /** Nothing ends by time any more. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
