package dev.attune.schemas;

import dev.attune.schemas.UnreadableRecordException.Reason;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads one record type, whatever registered version of its schema it was written with. */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    /** The registry's own code. A bare 404 may be a proxy's, which knows nothing of schemas. */
    private static final int SCHEMA_NOT_FOUND = 40403;

    private final SchemaRegistryClient registry;
    private final SpecificData data;
    private final Schema readerSchema;
    /** Resolving two schemas costs more than reading a record: once for each thread, since readers are for one thread. */
    private final ConcurrentHashMap<Integer, ThreadLocal<SpecificDatumReader<T>>> readers = new ConcurrentHashMap<>();
    /** What is wrong with a schema is so for good: whoever goes on writing with it does not cost a request a record. */
    private final ConcurrentHashMap<Integer, String> foreign = new ConcurrentHashMap<>();

    AvroDeserializer(SchemaRegistryClient registry, Class<T> type) {
        this.registry = registry;
        this.data = SpecificData.getForClass(type);
        this.readerSchema = data.getSchema(type);
    }

    /**
     * @throws UnreadableRecordException if these bytes can never be read
     * @throws SerializationException if the registry did not answer: the same bytes may be readable later
     */
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        SpecificDatumReader<T> reader = reader(WireFormat.schemaId(bytes)).get();
        int length = bytes.length - WireFormat.HEADER_BYTES;
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER_BYTES, length, null);
        T value;
        boolean atEnd;
        try {
            value = reader.read(null, decoder);
            atEnd = decoder.isEnd();
        } catch (AvroTypeException e) {
            throw new UnreadableRecordException(Reason.INCOMPATIBLE_SCHEMA, mismatch(reader.getSchema()), e);
        } catch (IOException | RuntimeException e) {
            // Whatever Avro throws: decoding has no input but these bytes, so they are to blame.
            throw new UnreadableRecordException(
                    Reason.MALFORMED_AVRO, "the bytes are no " + readerSchema.getFullName(), e);
        }
        if (!atEnd) {
            throw new UnreadableRecordException(
                    Reason.MALFORMED_AVRO, "bytes follow the record " + readerSchema.getName(), null);
        }
        return value;
    }

    private ThreadLocal<SpecificDatumReader<T>> reader(int id) {
        ThreadLocal<SpecificDatumReader<T>> known = readers.get(id);
        if (known != null) {
            return known;
        }
        String problem = foreign.get(id);
        if (problem != null) {
            throw foreign(id, problem);
        }
        try {
            Schema schema = ours(registry.getSchemaById(id));
            return readers.computeIfAbsent(
                    id,
                    unknown -> ThreadLocal.withInitial(() -> new SpecificDatumReader<>(schema, readerSchema, data)));
        } catch (UnreadableRecordException e) {
            foreign.put(id, String.valueOf(e.getMessage()));
            throw foreign(id, String.valueOf(e.getMessage()));
        } catch (RestClientException e) {
            if (e.getErrorCode() == SCHEMA_NOT_FOUND) {
                throw new UnreadableRecordException(
                        Reason.UNKNOWN_SCHEMA_ID, "the registry does not know schema id " + id, e);
            }
            throw new SerializationException("schema registry failed for schema id " + id, e);
        } catch (IOException e) {
            throw new SerializationException("schema registry did not answer for schema id " + id, e);
        }
    }

    /** Avro itself reads a record of any name whose fields happen to fit. */
    private Schema ours(ParsedSchema parsed) {
        if (!(parsed.rawSchema() instanceof Schema schema)) {
            throw new UnreadableRecordException(Reason.INCOMPATIBLE_SCHEMA, "it is no Avro schema", null);
        }
        boolean named = schema.getFullName().equals(readerSchema.getFullName())
                || readerSchema.getAliases().contains(schema.getFullName());
        if (schema.getType() != Schema.Type.RECORD || !named) {
            throw new UnreadableRecordException(Reason.INCOMPATIBLE_SCHEMA, mismatch(schema), null);
        }
        return schema;
    }

    private String mismatch(Schema schema) {
        return "schema " + schema.getFullName() + " cannot be read as " + readerSchema.getFullName();
    }

    private static UnreadableRecordException foreign(int id, String problem) {
        return new UnreadableRecordException(Reason.INCOMPATIBLE_SCHEMA, "schema id " + id + ": " + problem, null);
    }
}
