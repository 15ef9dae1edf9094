package dev.attune.ingest.pairing.state;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the stores' rows say, as objects: whoever comes back to a row soon, as the events of a turn do, need not read and decode
 * it again. One budget for all tasks of the process, shared by weight, since partitions come and go.
 *
 * <p>Only what the stores hold too may be in here: it can be evicted at any moment.
 */
public final class ObjectCache {
    private static final int FIRST_CAPACITY = 1 << 10;
    private static final float LOAD_FACTOR = 0.75f;

    private final long budget;
    private final AtomicInteger weights = new AtomicInteger();

    /** @param budget about so many bytes; the sections' sizes are estimates */
    public ObjectCache(long budget) {
        this.budget = budget;
    }

    /**
     * A part of the cache with keys of its own, for one thread, until it is closed.
     *
     * @param weight of its share of the budget, beside the other sections'
     */
    public <V> Section<V> section(ToIntFunction<V> bytes, int weight) {
        weights.addAndGet(weight);
        return new Section<>(bytes, weight);
    }

    /** The rows of one store of one task; the least recently used go first. */
    public final class Section<V> implements AutoCloseable {
        private record Entry<V>(V value, int bytes) {}

        private final ToIntFunction<V> sizes;
        private final int weight;
        private final Map<String, Entry<V>> entries = new LinkedHashMap<>(FIRST_CAPACITY, LOAD_FACTOR, true);
        private long bytes;

        private Section(ToIntFunction<V> sizes, int weight) {
            this.sizes = sizes;
            this.weight = weight;
        }

        public @Nullable V get(String key) {
            Entry<V> entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        /** Also to be called when the object of this key has grown. */
        public void put(String key, V value) {
            if (budget == 0) {
                return;
            }
            int size = sizes.applyAsInt(value);
            Entry<V> before = entries.put(key, new Entry<>(value, size));
            bytes += size - (before == null ? 0 : before.bytes());
            long share = budget * weight / weights.get();
            Iterator<Entry<V>> eldest = entries.values().iterator();
            while (bytes > share && eldest.hasNext()) {
                bytes -= eldest.next().bytes();
                eldest.remove();
            }
        }

        public void remove(String key) {
            Entry<V> before = entries.remove(key);
            bytes -= before == null ? 0 : before.bytes();
        }

        public void clear() {
            entries.clear();
            bytes = 0;
        }

        /** Its task is gone: the others share its part. */
        @Override
        public void close() {
            clear();
            weights.addAndGet(-weight);
        }
    }
}
