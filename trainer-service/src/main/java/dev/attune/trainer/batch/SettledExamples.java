package dev.attune.trainer.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Very many entries of the ledger, sorted by hash: four longs a pair and nothing else. It is cut in chunks by the first byte
 * of the hash, so that merging needs room for one of them twice, not for all.
 */
public final class SettledExamples {
    /** Of an entry: the hash (two), the revision, age and directions. */
    public static final int LONGS = 4;

    private static final int CHUNKS = 1 << Byte.SIZE;
    private static final int CHUNK_SHIFT = Long.SIZE - Byte.SIZE;

    private final long[][] chunks;

    private SettledExamples(long[][] chunks) {
        this.chunks = chunks;
    }

    static SettledExamples of(NavigableMap<ExampleHash, LedgerEntry> entries) {
        SettledExamples pairs = new Builder(0).build();
        pairs.merge(entries, 0);
        return pairs;
    }

    public long size() {
        return chunks().stream().mapToLong(chunk -> chunk.length / LONGS).sum();
    }

    /** In the order of the hashes; each has {@value #LONGS} longs an entry. They are this object's own. */
    public List<long[]> chunks() {
        return Arrays.asList(chunks);
    }

    @Nullable
    LedgerEntry find(ExampleHash hash) {
        long[] chunk = chunks[chunkOf(hash.high())];
        int low = 0;
        int high = chunk.length / LONGS - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = hashAt(chunk, middle * LONGS).compareTo(hash);
            if (order == 0) {
                return entryAt(chunk, middle * LONGS);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    void copyTo(Map<ExampleHash, LedgerEntry> entries) {
        for (long[] chunk : chunks) {
            for (int at = 0; at < chunk.length; at += LONGS) {
                entries.put(hashAt(chunk, at), entryAt(chunk, at));
            }
        }
    }

    /**
     * Takes in newer entries, in place of what was known of the same pairs, and leaves out what is too old.
     *
     * @param keptFrom in milliseconds since 1970
     */
    void merge(NavigableMap<ExampleHash, LedgerEntry> newer, long keptFrom) {
        for (int i = 0; i < CHUNKS; i++) {
            ExampleHash first = new ExampleHash((long) i << CHUNK_SHIFT, 0);
            ExampleHash beyond = new ExampleHash((long) (i + 1) << CHUNK_SHIFT, 0);
            boolean isLast = i == CHUNKS - 1;
            chunks[i] = merged(
                    chunks[i],
                    isLast ? newer.tailMap(first, true) : newer.subMap(first, true, beyond, false),
                    keptFrom);
        }
    }

    private static long[] merged(long[] before, SortedMap<ExampleHash, LedgerEntry> newer, long keptFrom) {
        Chunk after = new Chunk(before.length);
        int at = 0;
        for (Map.Entry<ExampleHash, LedgerEntry> entry : newer.entrySet()) {
            int order = 1;
            while (at < before.length && order > 0) {
                order = entry.getKey().compareTo(hashAt(before, at));
                if (order > 0) {
                    after.addFrom(before, at, keptFrom);
                }
                at += order >= 0 ? LONGS : 0;
            }
            after.add(entry.getKey(), entry.getValue(), keptFrom);
        }
        for (; at < before.length; at += LONGS) {
            after.addFrom(before, at, keptFrom);
        }
        return after.toArray();
    }

    /** A chunk that grows. */
    private static final class Chunk {
        private long[] longs;
        private int length;

        Chunk(int expectedLongs) {
            this.longs = new long[expectedLongs];
        }

        void add(ExampleHash hash, LedgerEntry entry, long keptFrom) {
            if (!entry.isOlderThan(keptFrom)) {
                add(hash.high(), hash.low(), entry.revision(), entry.stamp());
            }
        }

        void addFrom(long[] chunk, int at, long keptFrom) {
            if (!entryAt(chunk, at).isOlderThan(keptFrom)) {
                add(chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]);
            }
        }

        void add(long high, long low, long revision, long stamp) {
            if (length == longs.length) {
                longs = Arrays.copyOf(longs, Math.addExact(length, LONGS + length / (2 * LONGS) * LONGS));
            }
            longs[length] = high;
            longs[length + 1] = low;
            longs[length + 2] = revision;
            longs[length + 3] = stamp;
            length += LONGS;
        }

        long[] toArray() {
            return longs.length == length ? longs : Arrays.copyOf(longs, length);
        }
    }

    /** Puts entries together that come in the order of their hashes. */
    public static final class Builder {
        private final Chunk[] chunks = new Chunk[CHUNKS];
        private ExampleHash last = new ExampleHash(0, 0);

        /** @param expected about so many entries */
        public Builder(long expected) {
            int longs = Math.toIntExact(expected / CHUNKS) * LONGS;
            Arrays.setAll(chunks, i -> new Chunk(longs));
        }

        /** @throws IllegalArgumentException where the hash is not after the one before */
        public void add(long high, long low, long revision, long stamp) {
            ExampleHash hash = new ExampleHash(high, low);
            if (hash.compareTo(last) <= 0) {
                throw new IllegalArgumentException("entries must be in the order of their hashes, each once");
            }
            last = hash;
            chunks[chunkOf(high)].add(high, low, revision, stamp);
        }

        public SettledExamples build() {
            return new SettledExamples(Arrays.stream(chunks).map(Chunk::toArray).toArray(long[][]::new));
        }
    }

    private static int chunkOf(long high) {
        return (int) (high >>> CHUNK_SHIFT);
    }

    private static ExampleHash hashAt(long[] chunk, int at) {
        return new ExampleHash(chunk[at], chunk[at + 1]);
    }

    private static LedgerEntry entryAt(long[] chunk, int at) {
        return LedgerEntry.unstamp(chunk[at + 2], chunk[at + 3]);
    }
}
