package dev.attune.quickstart.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM interrupt the thread that runs the demo and wait until it has closed everything: there is one way
 * to stop, and no process is left behind.
 */
final class Interruption implements AutoCloseable {
    private static final long BOUND_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private boolean closing;

    private Interruption() {}

    /** Resources that are opened after it are closed before the process ends. */
    static Interruption ofCurrentThread() {
        Interruption interruption = new Interruption();
        Thread running = Thread.currentThread();
        Thread hook = new Thread(() -> interruption.interrupt(running), "demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return interruption;
    }

    private void interrupt(Thread running) {
        interruptUnlessClosing(running);
        try {
            if (!finished.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("attune demo: not everything stopped within " + BOUND_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void interruptUnlessClosing(Thread running) {
        if (!closing) {
            running.interrupt();
        }
    }

    /** From now on the thread only closes what it opened, and is not disturbed in it: the broker minds. */
    synchronized void closing() {
        closing = true;
        boolean _ = Thread.interrupted();
    }

    @Override
    public void close() {
        finished.countDown();
    }
}
