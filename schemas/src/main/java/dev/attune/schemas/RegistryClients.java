package dev.attune.schemas;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds the Confluent Schema Registry client. */
public final class RegistryClients {
    /** The client's own 60 s for each, and three tries, are four minutes in which a service can do nothing, not even stop. */
    private static final Map<String, String> TIMEOUTS = Map.of(
            SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, "5000",
            SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, "15000");

    private RegistryClients() {}

    /**
     * @param urls one or more registry URLs, separated by commas
     * @param properties the client's own, for example {@code basic.auth.credentials.source}
     */
    public static SchemaRegistryClient create(String urls, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(TIMEOUTS);
        all.putAll(properties);
        return new AvroOnlyClient(List.of(urls.split(",", -1)), all);
    }
}
