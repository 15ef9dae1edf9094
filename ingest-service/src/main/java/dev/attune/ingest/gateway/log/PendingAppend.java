package dev.attune.ingest.gateway.log;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event on its way to all in-sync replicas. It holds no more of it than its id: thousands may wait at once. */
public final class PendingAppend {
    private static final Logger LOG = LoggerFactory.getLogger(PendingAppend.class);

    private final String topic;
    private final String eventId;
    private final CompletableFuture<Void> stored;

    PendingAppend(String topic, String eventId, CompletableFuture<Void> stored) {
        this.topic = topic;
        this.eventId = eventId;
        this.stored = stored;
    }

    /** A moment so far away, for {@link #await}. */
    public static long deadline(Duration timeout) {
        return System.nanoTime() + timeout.toNanos();
    }

    /**
     * Waits until it is stored, until its deadline at most.
     *
     * @throws Rejected when it was not acknowledged in time; it may be stored all the same, so readers drop second copies by id
     */
    public void await() {
        try {
            stored.get();
        } catch (ExecutionException e) {
            throw refusal(e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw refusal(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal(e);
        }
    }

    private Rejected refusal(Throwable cause) {
        if (cause instanceof RecordTooLargeException) {
            return new Rejected(
                    Reason.BODY_TOO_LARGE, "the event is larger than a Kafka record may be: send less text");
        }
        LOG.warn(
                "{}: an event was not acknowledged: {}", topic, cause.getClass().getSimpleName());
        return Rejected.unacknowledged(
                eventId,
                "Kafka did not acknowledge the event in time: send it again with this eventId, so that it counts once",
                cause);
    }
}
