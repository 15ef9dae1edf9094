package dev.attune.schemas;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** Serdes of the catalogue's records: Avro in Confluent's wire format. All are safe for use by several threads. */
public record AvroSerdes(SchemaRegistryClient registry) {

    public <T extends SpecificRecord> Serializer<T> serializer(Class<T> type) {
        return new AvroSerializer<>(registry, type);
    }

    /** Throws {@link UnreadableRecordException} for bytes that can never be read. */
    public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
        return new AvroDeserializer<>(registry, type);
    }

    /**
     * Registers a topic's schema now instead of with the first record, so that a registry which is away later does not
     * matter.
     *
     * @throws SerializationException if the registry refuses it or does not answer
     */
    public <T extends SpecificRecord> void register(Topic<T> topic) {
        new AvroSerializer<>(registry, topic.valueType()).register(topic.name());
    }

    public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        return Serdes.serdeFrom(serializer(type), deserializer(type));
    }
}
