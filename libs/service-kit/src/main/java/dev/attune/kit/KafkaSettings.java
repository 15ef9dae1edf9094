package dev.attune.kit;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** How to reach Kafka. */
public record KafkaSettings(
        @Setting("Brokers to begin with: host:port, separated by commas.")
        String bootstrapServers,

        @Setting(
                value = "Any further client settings by their Kafka names, for example security.protocol.",
                byDefault = "{}")
        Map<String, String> properties) {

    public KafkaSettings {
        Checks.notBlank("bootstrapServers", bootstrapServers);
        properties = Map.copyOf(properties);
    }

    /** For a client: what the operator set, over {@code defaults}. */
    public Map<String, Object> client(Map<String, ?> defaults) {
        Map<String, Object> all = new HashMap<>(defaults);
        all.putAll(properties);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return all;
    }
}
