package dev.attune.quickstart.serving.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The bounded queue between HTTP and the workers. */
final class JobQueue {
    private final int capacity;
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private boolean closed;

    JobQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a request's jobs, all or none. @throws QueueFullException if there is no room */
    synchronized void add(List<Job> added) {
        if (closed) {
            throw new QueueFullException("the server is shutting down");
        }
        if (jobs.size() + added.size() > capacity) {
            throw new QueueFullException(
                    jobs.size() + " requests are waiting and at most " + capacity + " may: try again later");
        }
        jobs.addAll(added);
        notifyAll();
    }

    /** The oldest job; waits for one. Empty once the queue is closed. */
    synchronized Optional<Job> take() throws InterruptedException {
        while (jobs.isEmpty() && !closed) {
            wait();
        }
        return Optional.ofNullable(jobs.poll());
    }

    /** The oldest job that can join, if any; does not wait. */
    synchronized Optional<Job> pollMatching(Predicate<Job> canJoin) {
        for (Iterator<Job> each = jobs.iterator(); each.hasNext(); ) {
            Job job = each.next();
            if (canJoin.test(job)) {
                each.remove();
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    /** Accepts nothing more; returns what still waited. */
    synchronized List<Job> close() {
        closed = true;
        List<Job> left = new ArrayList<>(jobs);
        jobs.clear();
        notifyAll();
        return left;
    }

    synchronized int size() {
        return jobs.size();
    }
}
