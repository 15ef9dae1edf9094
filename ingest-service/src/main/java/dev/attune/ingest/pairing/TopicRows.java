package dev.attune.ingest.pairing;

import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.UnreadableRecordException;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows that a {@link RowKeeper} keeps. One that cannot be read is passed over: it was a dead letter when it came, and
 * it is in the store only because the store is what the topic is.
 */
record TopicRows<T>(ReadOnlyKeyValueStore<String, byte[]> store, String topic, Deserializer<T> deserializer) {
    private static final StringSerializer STRINGS = new StringSerializer();

    static <T extends SpecificRecord> TopicRows<T> of(
            ReadOnlyKeyValueStore<String, byte[]> store, Topic<T> topic, AvroSerdes serdes) {
        return new TopicRows<>(store, topic.name(), serdes.deserializer(topic.valueType()));
    }

    @Nullable
    T get(String key) {
        return read(store.get(key));
    }

    /** Gives the rows under a key, in the order of the rows' keys. */
    void under(String key, Consumer<T> consumer) {
        try (KeyValueIterator<String, byte[]> rows = store.prefixScan(RecordKeys.row(key, ""), STRINGS)) {
            while (rows.hasNext()) {
                T row = read(rows.next().value);
                if (row != null) {
                    consumer.accept(row);
                }
            }
        }
    }

    private @Nullable T read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return deserializer.deserialize(topic, bytes);
        } catch (UnreadableRecordException e) {
            return null;
        }
    }
}
