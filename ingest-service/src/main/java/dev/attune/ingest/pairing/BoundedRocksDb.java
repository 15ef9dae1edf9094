package dev.attune.ingest.pairing;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One memory budget for all stores of the process: by default each store of each partition takes its own, so that memory
 * would grow with the number of partitions.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    private static final long CACHE_BYTES = 192L << 20;
    private static final long WRITE_BUFFER_BYTES = 96L << 20;
    private static final long ONE_WRITE_BUFFER_BYTES = 8L << 20;
    /**
     * What an empty write buffer takes already. RocksDB's own choice would be an eighth of a full one: the stores of eight
     * partitions would exceed the budget before they hold anything, and flush with every write.
     */
    private static final long ARENA_BLOCK_BYTES = 32L << 10;

    /** Of a write buffer. */
    private static final double MEMTABLE_BLOOM_SHARE = 0.02;

    static {
        org.rocksdb.RocksDB.loadLibrary();
    }

    // For the life of the process: stores come and go with partitions, the budget stays.
    private static final Cache CACHE = new LRUCache(CACHE_BYTES);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (!(options.tableFormatConfig() instanceof BlockBasedTableConfig table)) {
            throw new IllegalStateException("Streams no longer configures RocksDB with block based tables");
        }
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        options.setWriteBufferManager(WRITE_BUFFERS);
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
