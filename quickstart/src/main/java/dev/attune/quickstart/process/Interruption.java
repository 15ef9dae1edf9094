package dev.attune.quickstart.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM interrupt the thread that runs a command and wait until it has closed everything: there is one way
 * to stop, and no process or folder is left behind.
 */
public final class Interruption implements AutoCloseable {
    private static final long BOUND_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final String command;
    private final Thread running;
    private final Thread hook;
    private boolean held;
    private boolean requested;

    private Interruption(String command, Thread running) {
        this.command = command;
        this.running = running;
        this.hook = new Thread(this::stop, "stop");
    }

    /**
     * Resources that are opened after it are closed before the process ends.
     *
     * @param command for messages: {@code attune demo}
     */
    public static Interruption ofCurrentThread(String command) {
        Interruption interruption = new Interruption(command, Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void stop() {
        request();
        try {
            if (!finished.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(command + ": not everything stopped within " + BOUND_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void request() {
        requested = true;
        if (!held) {
            running.interrupt();
        }
    }

    /** From now on the thread is not disturbed: the broker minds while it starts and while it stops. */
    public synchronized void hold() {
        held = true;
        boolean _ = Thread.interrupted();
    }

    /**
     * From now on the thread may be disturbed again.
     *
     * @throws InterruptedException if somebody wanted to stop it meanwhile
     */
    public synchronized void release() throws InterruptedException {
        held = false;
        check();
    }

    /**
     * For between two steps: some libraries swallow an interrupt.
     *
     * @throws InterruptedException if somebody wants to stop the command
     */
    public synchronized void check() throws InterruptedException {
        if (requested) {
            throw new InterruptedException(command + " is to stop");
        }
    }

    /** Whether somebody wants to stop the command: what fails from then on fails because of that. */
    public synchronized boolean requested() {
        return requested;
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook is what waited for this.
        }
    }
}
