package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.state.WriteBehindStore;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the newest record of each key of a compacted topic as it is, byte for byte: the topic is this store's changelog, so
 * nothing is written twice, and what is read back after a crash is what is put here.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class RowKeeper extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final String storeName;
    private KeyValueStore<String, byte[]> store;

    RowKeeper(String storeName) {
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        store = WriteBehindStore.of(context, storeName);
    }

    @Override
    public void process(Record<byte[], byte[]> row) {
        // The broker takes no record without a key in a compacted topic.
        if (row.key() != null) {
            store.put(new String(row.key(), StandardCharsets.UTF_8), row.value());
        }
    }
}
