package dev.attune.ingest.pairing.state;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.StateStoreProvider;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps its newest values as objects and writes each of them once a commit: a turn that ten events change
 * between two commits is encoded, stored and sent to the changelog once.
 *
 * <p>Streams' own cache sits below the serdes: it saves the writes, but not the encoding and decoding, which cost as much.
 * This one is flushed at the same moment: before Streams commits a task it calls {@link #flushCache} of its stores, inside
 * the transaction. A task that is closed without a commit forgets what was not written, as it must.
 *
 * <p>The stream thread may change a value that it read, if it puts it again. Other threads must ask {@link #wrapped()}, which
 * is as of the last commit.
 */
public final class WriteBehindStore<V> extends WrappedStateStore<KeyValueStore<String, V>, String, V>
        implements KeyValueStore<String, V> {
    /** Written early beyond so many, which bounds the memory between two commits. */
    private static final int MOST_UNWRITTEN = 20_000;

    private final ObjectCache.Section<V> written;
    /** Empty for a deletion. */
    private final Map<String, Optional<V>> unwritten = new LinkedHashMap<>();

    /** Of {@link #unwritten} what {@link #wrapped()} does not have under its key. */
    private final Set<String> onlyHere = new HashSet<>();

    private Runnable beforeWriting = () -> {};

    private WriteBehindStore(KeyValueStore<String, V> store, ObjectCache.Section<V> written) {
        super(store);
        this.written = written;
    }

    /** @param written gives each task's store a section of its own for what is in the store too */
    public static <V> StoreBuilder<WriteBehindStore<V>> builder(
            StoreBuilder<KeyValueStore<String, V>> stores, Supplier<ObjectCache.Section<V>> written) {
        return new Builder<>(stores, written);
    }

    /** The store itself: a processor's context gives one of these in a wrapper that knows no more than the interface. */
    @SuppressWarnings("unchecked") // The topology names its stores and their types.
    public static <V> WriteBehindStore<V> of(ProcessorContext<?, ?> context, String name) {
        StateStore store = context.getStateStore(name);
        while (!(store instanceof WriteBehindStore<?>)) {
            store = ((WrappedStateStore<?, ?, ?>) store).wrapped();
        }
        return (WriteBehindStore<V>) store;
    }

    /** For queries of other threads, by partition: {@link #wrapped()} of what it gives is what they may read. */
    public static <V> QueryableStoreType<WriteBehindStore<V>> type() {
        return new QueryableStoreType<>() {
            @Override
            public boolean accepts(StateStore store) {
                return store instanceof WriteBehindStore<?>;
            }

            @Override
            public WriteBehindStore<V> create(StateStoreProvider provider, String name) {
                return provider.stores(name, this).stream()
                        .findFirst()
                        .orElseThrow(() -> new InvalidStateStoreException("store " + name + " is not here"));
            }
        };
    }

    /** @param last runs before values are written, at the latest when Streams commits, and may put some more */
    public void beforeWriting(Runnable last) {
        beforeWriting = last;
    }

    @Override
    public @Nullable V get(String key) {
        Optional<V> newest = unwritten.get(key);
        if (newest != null) {
            return newest.orElse(null);
        }
        V known = written.get(key);
        if (known == null) {
            known = wrapped().get(key);
            if (known != null) {
                written.put(key, known);
            }
        }
        return known;
    }

    @Override
    public void put(String key, @Nullable V value) {
        if (onlyHere.remove(key) && value == null) {
            unwritten.remove(key);
            return;
        }
        unwritten.put(key, Optional.ofNullable(value));
        if (unwritten.size() > MOST_UNWRITTEN) {
            flushCache();
        }
    }

    /** Puts what the store does not have: if it is deleted before the next commit, nobody else ever hears of it. */
    public void putNew(String key, V value) {
        // A deletion that is not written yet must not be forgotten with it.
        boolean unheardOf = !unwritten.containsKey(key);
        put(key, value);
        if (unheardOf) {
            onlyHere.add(key);
        }
    }

    @Override
    public @Nullable V putIfAbsent(String key, V value) {
        V before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public @Nullable V delete(String key) {
        V before = get(key);
        put(key, null);
        return before;
    }

    @Override
    public void flushCache() {
        beforeWriting.run();
        List<KeyValue<String, V>> entries = new ArrayList<>(unwritten.size());
        unwritten.forEach((key, value) -> {
            entries.add(new KeyValue<>(key, value.orElse(null)));
            value.ifPresentOrElse(object -> written.put(key, object), () -> written.remove(key));
        });
        // One batch: a call into RocksDB costs more than what it does for one entry.
        wrapped().putAll(entries);
        unwritten.clear();
        onlyHere.clear();
        super.flushCache();
    }

    @Override
    public void clearCache() {
        unwritten.clear();
        onlyHere.clear();
        written.clear();
        super.clearCache();
    }

    @Override
    public void close() {
        unwritten.clear();
        onlyHere.clear();
        written.close();
        super.close();
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        flushCache();
        return wrapped().range(from, to);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        flushCache();
        return wrapped().all();
    }

    @Override
    public <S extends Serializer<P>, P> KeyValueIterator<String, V> prefixScan(P prefix, S serializer) {
        flushCache();
        return wrapped().prefixScan(prefix, serializer);
    }

    @Override
    public long approximateNumEntries() {
        return wrapped().approximateNumEntries() + unwritten.size();
    }

    private record Builder<V>(StoreBuilder<KeyValueStore<String, V>> stores, Supplier<ObjectCache.Section<V>> written)
            implements StoreBuilder<WriteBehindStore<V>> {
        @Override
        public WriteBehindStore<V> build() {
            return new WriteBehindStore<>(stores.build(), written.get());
        }

        @Override
        public StoreBuilder<WriteBehindStore<V>> withCachingEnabled() {
            throw new UnsupportedOperationException("this store is the cache");
        }

        @Override
        public StoreBuilder<WriteBehindStore<V>> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<WriteBehindStore<V>> withLoggingEnabled(Map<String, String> topicSettings) {
            return new Builder<>(stores.withLoggingEnabled(topicSettings), written);
        }

        @Override
        public StoreBuilder<WriteBehindStore<V>> withLoggingDisabled() {
            return new Builder<>(stores.withLoggingDisabled(), written);
        }

        @Override
        public Map<String, String> logConfig() {
            return stores.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return stores.loggingEnabled();
        }

        @Override
        public String name() {
            return stores.name();
        }
    }
}
