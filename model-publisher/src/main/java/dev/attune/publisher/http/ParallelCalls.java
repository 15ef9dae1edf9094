package dev.attune.publisher.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Several calls at once. */
public final class ParallelCalls {

    private ParallelCalls() {}

    /** The call of one item. */
    @FunctionalInterface
    public interface Call<I, T> {
        T run(I item) throws CallException;
    }

    /**
     * Makes a call for every item, at most {@code concurrency} at a time, and waits for all of them, also where one fails:
     * afterwards nothing is under way.
     *
     * @return results in the order of the items
     * @throws CallException of the first item that failed
     */
    public static <I, T> List<T> map(List<I> items, int concurrency, Call<I, T> call) throws CallException {
        Semaphore permits = new Semaphore(concurrency);
        List<Future<T>> pending = new ArrayList<>(items.size());
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (I item : items) {
                pending.add(executor.submit(() -> {
                    permits.acquire();
                    try {
                        return call.run(item);
                    } finally {
                        permits.release();
                    }
                }));
            }
        }
        List<T> results = new ArrayList<>(items.size());
        for (Future<T> result : pending) {
            results.add(resultOf(result));
        }
        return results;
    }

    private static <T> T resultOf(Future<T> task) throws CallException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CallException call -> throw call;
                case InterruptedException stopped -> throw new StoppedException();
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
