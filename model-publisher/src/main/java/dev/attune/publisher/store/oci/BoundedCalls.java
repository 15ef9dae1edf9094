package dev.attune.publisher.store.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds for calls of a library that has none: each runs in a thread of its own, which is interrupted at the bound. */
final class BoundedCalls implements AutoCloseable {

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("oci-", 0).factory());

    /** @param what for messages: "the registry's answer to …" */
    <T> T call(String what, Duration bound, Callable<T> call) throws IOException {
        Future<T> result = threads.submit(call);
        try {
            return result.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(what + " took longer than " + bound.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted: " + what).initCause(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case null -> throw new IOException(what + " failed", e);
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IOException(e.getCause());
            }
        } finally {
            result.cancel(true);
        }
    }

    /** A stream of which no read takes longer than the bound. */
    InputStream bounded(String what, Duration bound, InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return call(what, bound, () -> in.read(buffer, offset, length));
            }

            @Override
            public int read() throws IOException {
                return call(what, bound, in::read);
            }
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
