package dev.attune.publisher.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The wish that what is under way ends: waits and calls end with it, at once. Either the whole process is to stop, or a person
 * said something that the loop has to hear before it goes on.
 */
public final class StopSignal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Object, CompletableFuture<?>> calls = new ConcurrentHashMap<>();
    private boolean stopping;
    private boolean interrupted;

    /** Ends everything, for good. */
    public void request() {
        set(true);
    }

    /** Ends what is under way; the loop begins again. */
    public void interrupt() {
        set(false);
    }

    private void set(boolean forGood) {
        lock.lock();
        try {
            stopping |= forGood;
            interrupted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        calls.values().forEach(call -> call.cancel(true));
    }

    /** What was said is heard: from here on nothing is cut off for it. */
    public void clear() {
        lock.lock();
        try {
            interrupted = stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the process is to end. */
    public boolean isRequested() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** @throws StoppedException if what is under way is to end */
    public void check() {
        lock.lock();
        try {
            if (interrupted) {
                throw new StoppedException();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits.
     *
     * @throws StoppedException as soon as what is under way is to end, or at an interrupt
     */
    public void pause(Duration duration) {
        long left = duration.toNanos();
        try {
            lock.lockInterruptibly();
            try {
                while (!interrupted && left > 0) {
                    left = changed.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
        check();
    }

    /**
     * Waits for a call.
     *
     * @param within how long at most; the call is cancelled then
     * @throws StoppedException as soon as what is under way is to end, or at an interrupt; the call is cancelled
     */
    public <T> T await(CompletableFuture<T> call, Duration within) throws ExecutionException, TimeoutException {
        Object key = new Object();
        calls.put(key, call);
        try {
            // After it was added: what is said from now on finds it there.
            check();
            return call.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            throw new StoppedException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } finally {
            calls.remove(key);
            call.cancel(true);
        }
    }
}
