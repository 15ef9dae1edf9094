package dev.attune.ingest.status;

import dev.attune.events.FeedbackStatus;
import dev.attune.events.state.StatusInput;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Keeps the status of each event, and says it whenever it changes; by {@code null} that it is forgotten. */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class StatusKeeper implements Processor<String, StatusInput, String, FeedbackStatus> {
    private final Duration retention;
    private ProcessorContext<String, FeedbackStatus> context;
    private KeyValueStore<String, FeedbackStatus> statuses;

    StatusKeeper(Duration retention) {
        this.retention = retention;
    }

    @Override
    public void init(ProcessorContext<String, FeedbackStatus> context) {
        this.context = context;
        this.statuses = context.getStateStore(StatusTopology.STATUSES);
        OldRows.sweep(context, statuses, status -> status.getOccurredAt().toEpochMilli(), retention, this::forget);
    }

    @Override
    public void process(Record<String, StatusInput> record) {
        String key = record.key();
        @Nullable FeedbackStatus before = statuses.get(key);
        int slash = key.indexOf('/');
        FeedbackStatus after = StatusFold.apply(
                before == null ? StatusFold.unknown(key.substring(0, slash), key.substring(slash + 1)) : before,
                record.value());
        if (!after.equals(before)) {
            statuses.put(key, after);
            context.forward(record.withValue(after));
        }
    }

    @SuppressWarnings("NullAway") // A tombstone: Streams has no other word for it.
    private void forget(String key) {
        context.forward(new Record<>(key, null, context.currentSystemTimeMs()));
    }
}
