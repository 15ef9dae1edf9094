package dev.attune.schemas;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.Map;

/** Builds the Confluent Schema Registry client. */
public final class RegistryClients {
    private RegistryClients() {}

    /**
     * @param urls one or more registry URLs, separated by commas
     * @param properties the client's own, for example {@code basic.auth.credentials.source}
     */
    public static SchemaRegistryClient create(String urls, Map<String, String> properties) {
        return new AvroOnlyClient(List.of(urls.split(",", -1)), properties);
    }
}
