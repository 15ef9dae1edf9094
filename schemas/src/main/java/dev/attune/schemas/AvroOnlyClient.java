package dev.attune.schemas;

import dev.attune.schemas.UnreadableRecordException.Reason;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client, told what it otherwise reports as if the network had failed: that a schema is known and is no Avro schema. That
 * is for good, and the record with its id is a bad record.
 */
final class AvroOnlyClient extends CachedSchemaRegistryClient {
    private static final int SCHEMAS_PER_SUBJECT = 1000;

    AvroOnlyClient(List<String> urls, Map<String, String> properties) {
        super(urls, SCHEMAS_PER_SUBJECT, List.of(new AvroSchemaProvider()), properties);
    }

    /** @throws UnreadableRecordException for a schema of another type, and for one that Avro cannot parse */
    @Override
    public Optional<ParsedSchema> parseSchema(Schema schema) {
        if (schema.getSchema() == null) {
            // Whoever answered this is no registry: empty is a failure.
            return Optional.empty();
        }
        String type = schema.getSchemaType();
        if (type != null && !type.equals(AvroSchema.TYPE)) {
            throw unreadable("it is of type " + type + ", not Avro");
        }
        Optional<ParsedSchema> parsed = super.parseSchema(schema);
        boolean complete =
                schema.getReferences() == null || schema.getReferences().isEmpty();
        if (parsed.isEmpty() && complete) {
            // With references the registry may just not have given one of them.
            throw unreadable("it cannot be parsed as Avro");
        }
        return parsed;
    }

    private static UnreadableRecordException unreadable(String message) {
        return new UnreadableRecordException(Reason.INCOMPATIBLE_SCHEMA, message, null);
    }
}
