package dev.attune.ingest.pairing.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What is to be looked at when: a store whose keys are one byte for the queue, eight bytes for the time in milliseconds
 * (big-endian, so that the store's order is the order in time), and the key that is due.
 */
public final class DueIndex {
    private static final int TIME_OFFSET = 1;
    private static final int KEY_OFFSET = TIME_OFFSET + Long.BYTES;
    /** All that an entry says is in its key; its value is the format of that key. Earlier entries have an empty one. */
    private static final byte FORMAT = 1;

    private final KeyValueStore<Bytes, byte[]> store;
    private final byte queue;
    /** No entry is earlier: what was taken out before leaves a trail in the store that a scan would go over again. */
    private long earliest;

    /** @param queue entries of different queues do not see each other */
    public DueIndex(KeyValueStore<Bytes, byte[]> store, int queue) {
        this.store = store;
        this.queue = (byte) queue;
    }

    public void add(Instant time, String key) {
        earliest = Math.min(earliest, Math.max(0, time.toEpochMilli()));
        store.put(entry(time.toEpochMilli(), key), new byte[] {FORMAT});
    }

    public void remove(Instant time, String key) {
        store.delete(entry(time.toEpochMilli(), key));
    }

    /** Takes out what is due by {@code time}, the earliest first, at most {@code limit}. */
    public List<String> takeDue(Instant time, int limit) {
        if (earliest > time.toEpochMilli()) {
            return List.of();
        }
        List<Bytes> entries = new ArrayList<>();
        Bytes end = Bytes.wrap(header(time.toEpochMilli() + 1));
        try (KeyValueIterator<Bytes, byte[]> due = store.range(Bytes.wrap(header(earliest)), end)) {
            while (due.hasNext() && entries.size() < limit) {
                KeyValue<Bytes, byte[]> entry = due.next();
                if (entry.key.compareTo(end) < 0) {
                    requireKnown(entry.value);
                    entries.add(entry.key);
                }
            }
        }
        earliest = entries.size() < limit ? time.toEpochMilli() + 1 : time(entries.getLast());
        entries.forEach(store::delete);
        return entries.stream().map(DueIndex::key).toList();
    }

    /** Counts all entries: linear, for the start of a task. */
    public int size() {
        int size = 0;
        Bytes end = Bytes.wrap(header(Long.MAX_VALUE));
        try (KeyValueIterator<Bytes, byte[]> all = store.range(Bytes.wrap(header(0)), end)) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        return size;
    }

    private static void requireKnown(byte[] value) {
        if (value.length > 0 && value[0] > FORMAT) {
            throw new SerializationException("a due index has entries of format " + value[0]
                    + ", so a newer release wrote it: run that one, or reset the application");
        }
    }

    private byte[] header(long time) {
        return ByteBuffer.allocate(KEY_OFFSET).put(queue).putLong(time).array();
    }

    private Bytes entry(long time, String key) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(KEY_OFFSET + keyBytes.length)
                .put(queue)
                .putLong(Math.max(0, time))
                .put(keyBytes)
                .array());
    }

    private static long time(Bytes entry) {
        return ByteBuffer.wrap(entry.get()).getLong(TIME_OFFSET);
    }

    private static String key(Bytes entry) {
        byte[] bytes = entry.get();
        return new String(bytes, KEY_OFFSET, bytes.length - KEY_OFFSET, StandardCharsets.UTF_8);
    }
}
