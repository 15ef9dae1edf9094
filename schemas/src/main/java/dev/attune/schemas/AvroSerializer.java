package dev.attune.schemas;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one record type in Confluent's wire format. The schema is registered under {@code <topic>-value} at its first
 * use, so that a schema which the registry's compatibility level refuses never reaches a topic.
 */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private final SchemaRegistryClient registry;
    private final AvroSchema schema;
    private final SpecificDatumWriter<T> writer;
    private final ConcurrentHashMap<String, Integer> schemaIds = new ConcurrentHashMap<>();

    AvroSerializer(SchemaRegistryClient registry, Class<T> type) {
        SpecificData data = SpecificData.getForClass(type);
        // Generated code writes the fields one after the other; records without logical types have it.
        data.setCustomCoders(true);
        this.registry = registry;
        this.schema = new AvroSchema(data.getSchema(type));
        this.writer = new SpecificDatumWriter<>(data.getSchema(type), data);
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream(512);
            out.writeBytes(WireFormat.header(schemaId(topic + "-value")));
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer.write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new SerializationException("topic " + topic + ": the record could not be encoded", e);
        }
    }

    /** Makes sure that the registry knows the schema for {@code topic}; its client remembers the answer. */
    void register(String topic) {
        schemaId(topic + "-value");
    }

    private int schemaId(String subject) {
        Integer known = schemaIds.get(subject);
        if (known != null) {
            return known;
        }
        try {
            int id = registry.register(subject, schema);
            schemaIds.put(subject, id);
            return id;
        } catch (RestClientException e) {
            throw new SerializationException("schema registry refused subject " + subject + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new SerializationException("schema registry did not answer for subject " + subject, e);
        }
    }
}
