package dev.attune.quickstart.bench.pairing;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * How long a stream thread of this process stood still: the longest time in which one of an application's threads finished no
 * poll, no processing, no punctuation and no commit, by the metrics of Streams. An idle thread polls ten times a second, so
 * a tenth of a second is nothing.
 */
final class ThreadPauses implements AutoCloseable {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);
    private static final String[] FINISHED = {"poll-total", "process-total", "punctuate-total", "commit-total"};

    private final MBeanServer metrics = ManagementFactory.getPlatformMBeanServer();
    private final Map<ObjectName, LongestPause> threads = new HashMap<>();
    private final Thread watching;

    /** @param applicationId of a started application */
    ThreadPauses(String applicationId) {
        try {
            ObjectName all =
                    new ObjectName("kafka.streams:type=stream-thread-metrics,thread-id=" + applicationId + "-*");
            for (ObjectName thread : metrics.queryNames(all, null)) {
                threads.put(thread, new LongestPause(System.nanoTime(), finished(thread)));
            }
        } catch (JMException e) {
            throw new IllegalStateException("the metrics of " + applicationId + " cannot be read", e);
        }
        watching = Thread.ofPlatform().daemon().name("bench-pauses").start(this::watch);
    }

    /** Forgets what was before. */
    synchronized void restart() {
        threads.values().forEach(pause -> pause.restart(System.nanoTime()));
    }

    /** Of any thread since the last restart; zero where Streams reports no metrics by JMX. */
    synchronized Duration longest() {
        return Duration.ofNanos(
                threads.values().stream().mapToLong(LongestPause::nanos).max().orElse(0));
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(LOOK_INTERVAL.toNanos());
                look();
            }
        } catch (InterruptedException | InstanceNotFoundException e) {
            // Closed, or the application ended.
        } catch (JMException e) {
            throw new IllegalStateException("the metrics of the stream threads cannot be read", e);
        }
    }

    private synchronized void look() throws JMException {
        for (Map.Entry<ObjectName, LongestPause> thread : threads.entrySet()) {
            long finished = finished(thread.getKey());
            thread.getValue().seen(System.nanoTime(), finished);
        }
    }

    private long finished(ObjectName thread) throws JMException {
        return metrics.getAttributes(thread, FINISHED).asList().stream()
                .mapToLong(ThreadPauses::value)
                .sum();
    }

    private static long value(Attribute attribute) {
        return ((Number) attribute.getValue()).longValue();
    }

    @Override
    public void close() {
        watching.interrupt();
    }
}
