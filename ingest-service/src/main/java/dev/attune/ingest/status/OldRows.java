package dev.attune.ingest.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Walks round a store, some rows at a time, and deletes those that nothing was heard of for too long. So a store of any
 * size costs the same little time at once.
 */
final class OldRows<V> {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final int ROWS_AT_ONCE = 2_000;

    private final KeyValueStore<String, V> store;
    private final ToLongFunction<V> lastHeardMs;
    private final Duration retention;
    private final Consumer<String> deleted;
    private @Nullable String goOnFrom;

    private OldRows(
            KeyValueStore<String, V> store,
            ToLongFunction<V> lastHeardMs,
            Duration retention,
            Consumer<String> deleted) {
        this.store = store;
        this.lastHeardMs = lastHeardMs;
        this.retention = retention;
        this.deleted = deleted;
    }

    /** @param deleted told the key of each row that went */
    static <V> void sweep(
            ProcessingContext context,
            KeyValueStore<String, V> store,
            ToLongFunction<V> lastHeardMs,
            Duration retention,
            Consumer<String> deleted) {
        OldRows<V> rows = new OldRows<>(store, lastHeardMs, retention, deleted);
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, rows::walkOn);
    }

    private void walkOn(long nowMs) {
        List<String> old = new ArrayList<>();
        int seen = 0;
        try (KeyValueIterator<String, V> rows = store.range(goOnFrom, null)) {
            while (rows.hasNext() && seen < ROWS_AT_ONCE) {
                KeyValue<String, V> row = rows.next();
                seen++;
                if (lastHeardMs.applyAsLong(row.value) < nowMs - retention.toMillis()) {
                    old.add(row.key);
                }
            }
            goOnFrom = rows.hasNext() ? rows.peekNextKey() : null;
        }
        old.forEach(key -> {
            store.delete(key);
            deleted.accept(key);
        });
    }
}
