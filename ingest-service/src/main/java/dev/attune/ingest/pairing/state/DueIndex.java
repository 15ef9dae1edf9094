package dev.attune.ingest.pairing.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * What is to be looked at when: a store whose keys are one character for the queue, the time in milliseconds in 16 hexadecimal
 * digits (so that the store's order is the order in time), and the key that is due.
 *
 * <p>What comes and goes between two commits, as an event does that overtook another, is never written.
 */
public final class DueIndex {
    private static final int TIME_OFFSET = 1;
    private static final int KEY_OFFSET = TIME_OFFSET + 2 * Long.BYTES;
    /** All that an entry says is in its key; its value is the format of that key. */
    private static final byte FORMAT = 2;

    private static final HexFormat HEX = HexFormat.of();

    private final WriteBehindStore<byte[]> store;
    private final char queue;
    /** No entry is earlier: what was taken out before leaves a trail in the store that a scan would go over again. */
    private long earliest;

    /** @param queue a digit; entries of different queues do not see each other */
    public DueIndex(WriteBehindStore<byte[]> store, int queue) {
        this.store = store;
        this.queue = Character.forDigit(queue, 10);
    }

    public void add(Instant time, String key) {
        earliest = Math.min(earliest, Math.max(0, time.toEpochMilli()));
        store.putNew(header(time.toEpochMilli()) + key, new byte[] {FORMAT});
    }

    public void remove(Instant time, String key) {
        store.put(header(time.toEpochMilli()) + key, null);
    }

    /** Takes out what is due by {@code time}, the earliest first, at most {@code limit}. */
    public List<String> takeDue(Instant time, int limit) {
        if (earliest > time.toEpochMilli()) {
            return List.of();
        }
        List<String> entries = new ArrayList<>();
        String end = header(time.toEpochMilli() + 1);
        try (KeyValueIterator<String, byte[]> due = store.range(header(earliest), end)) {
            while (due.hasNext() && entries.size() < limit) {
                KeyValue<String, byte[]> entry = due.next();
                if (entry.key.compareTo(end) < 0) {
                    requireKnown(entry.value);
                    entries.add(entry.key);
                }
            }
        }
        earliest = entries.size() < limit ? time.toEpochMilli() + 1 : time(entries.getLast());
        entries.forEach(entry -> store.put(entry, null));
        return entries.stream().map(entry -> entry.substring(KEY_OFFSET)).toList();
    }

    /** Counts all entries: linear, for the start of a task. */
    public int size() {
        int size = 0;
        try (KeyValueIterator<String, byte[]> all = store.range(header(0), header(Long.MAX_VALUE))) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        return size;
    }

    private static void requireKnown(byte[] value) {
        if (value.length == 0 || value[0] != FORMAT) {
            throw new SerializationException("a due index has entries of a format that this release does not know: a"
                    + " newer release wrote it, or one from before 0.1; run the release that wrote it, or reset the"
                    + " application");
        }
    }

    private String header(long time) {
        return queue + HEX.toHexDigits(Math.max(0, time));
    }

    private static long time(String entry) {
        return HexFormat.fromHexDigitsToLong(entry, TIME_OFFSET, KEY_OFFSET);
    }
}
