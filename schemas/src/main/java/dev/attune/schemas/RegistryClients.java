package dev.attune.schemas;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.Map;

/** Builds the Confluent Schema Registry client. */
public final class RegistryClients {
    private static final int SCHEMAS_PER_SUBJECT = 1000;

    private RegistryClients() {}

    /**
     * @param urls one or more registry URLs, separated by commas
     * @param properties the client's own, for example {@code basic.auth.credentials.source}
     */
    public static SchemaRegistryClient create(String urls, Map<String, String> properties) {
        return new CachedSchemaRegistryClient(
                List.of(urls.split(",", -1)), SCHEMAS_PER_SUBJECT, List.of(new AvroSchemaProvider()), properties);
    }
}
