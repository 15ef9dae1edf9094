package dev.attune.ingest.streams;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One memory budget for all stores of the process: by default each store of each partition takes its own, so that memory
 * would grow with the number of partitions.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** The setting of the budget, in MiB: an application's {@code storeMegabytes}. */
    public static final String MEGABYTES = "attune.store.megabytes";

    private static final int BYTES_A_MEGABYTE = 1 << 20;
    private static final long ONE_WRITE_BUFFER_BYTES = 8L << 20;
    /**
     * What an empty write buffer takes already. RocksDB's own choice would be an eighth of a full one: the stores of eight
     * partitions would exceed the budget before they hold anything, and flush with every write.
     */
    private static final long ARENA_BLOCK_BYTES = 32L << 10;

    /** Of a write buffer. */
    private static final double MEMTABLE_BLOOM_SHARE = 0.02;

    static {
        RocksDB.loadLibrary();
    }

    // For the life of the process: stores come and go with partitions, the budget stays.
    private static final Map<Integer, Budget> BUDGETS = new ConcurrentHashMap<>();

    /** @param writeBuffers are taken out of the cache */
    private record Budget(Cache cache, WriteBufferManager writeBuffers) {
        static Budget of(int megabytes) {
            long bytes = (long) megabytes * BYTES_A_MEGABYTE;
            Cache cache = new LRUCache(bytes);
            return new Budget(cache, new WriteBufferManager(bytes / 2, cache));
        }
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (!(options.tableFormatConfig() instanceof BlockBasedTableConfig table)) {
            throw new IllegalStateException("Streams no longer configures RocksDB with block based tables");
        }
        int megabytes = (Integer) Objects.requireNonNull(configs.get(MEGABYTES), MEGABYTES);
        Budget budget = BUDGETS.computeIfAbsent(megabytes, Budget::of);
        table.setBlockCache(budget.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        options.setWriteBufferManager(budget.writeBuffers());
        options.setWriteBufferSize(ONE_WRITE_BUFFER_BYTES);
        options.setArenaBlockSize(ARENA_BLOCK_BYTES);
        // A store has one writer.
        options.setAllowConcurrentMemtableWrite(false);
        // Half of what is asked for by key is not there: a turn or a prompt that is new.
        options.setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_SHARE);
        options.setMemtableWholeKeyFiltering(true);
        options.setTableFormatConfig(table);
    }

    @Override
    public void close(String storeName, Options options) {
        // The cache and the write buffers are shared: they are not this store's to close.
    }
}
