package dev.attune.ingest.pairing.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the stores' rows say, as objects: whoever comes back to a row soon, as the events of a turn do, need not read and decode
 * it again. One budget for all tasks of the process, since partitions come and go.
 *
 * <p>Only what the stores hold too may be in here: it can be evicted at any moment.
 */
public final class ObjectCache {
    /** A key among those of one section. */
    private record Slot(Section<?> section, String key) {}

    private final Cache<Slot, Object> objects;

    /** @param bytes about so much memory; the sections' weights are estimates */
    public ObjectCache(long bytes) {
        this.objects = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Slot slot, Object value) -> slot.section().weight(value))
                // Whoever adds also evicts: no other thread gets to see what a stream thread works on.
                .executor(Runnable::run)
                .build();
    }

    /** A part of the cache with keys of its own, for one thread: its values may change as long as that thread says so. */
    public <V> Section<V> section(Class<V> type, ToIntFunction<V> bytes) {
        return new Section<>(type, bytes);
    }

    /** The rows of one store of one task. */
    public final class Section<V> {
        private final Class<V> type;
        private final ToIntFunction<V> bytes;

        private Section(Class<V> type, ToIntFunction<V> bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        public @Nullable V get(String key) {
            Object value = objects.getIfPresent(new Slot(this, key));
            return value == null ? null : type.cast(value);
        }

        /** Also to be called when the object of this key has grown. */
        public void put(String key, V value) {
            objects.put(new Slot(this, key), value);
        }

        public void remove(String key) {
            objects.invalidate(new Slot(this, key));
        }

        /** Forgets everything: its task is gone. */
        public void clear() {
            objects.asMap().keySet().removeIf(slot -> slot.section() == this);
        }

        private int weight(Object value) {
            return bytes.applyAsInt(type.cast(value));
        }
    }
}
