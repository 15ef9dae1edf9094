package dev.attune.schemas;

import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * One topic of the catalogue.
 *
 * @param name with the prefix
 * @param valueType the record that it carries, in Confluent wire format
 * @param key what the string key is made of; it always begins with the tenant
 * @param cleanup how old records leave
 * @param retention how long records stay under {@link Cleanup#DELETE}
 */
public record Topic<V extends SpecificRecord>(
        String name, Class<V> valueType, String key, Cleanup cleanup, Duration retention) {

    public enum Cleanup {
        /** Records leave by age. */
        DELETE,
        /** The newest record of a key stays for good. */
        COMPACT
    }

    /**
     * A pair has one prompt, two answers and its evidence: more than twice what one completion may have. Brokers take
     * 1 MiB unless they are told otherwise.
     */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    /** The topic's own settings, for whoever creates it. */
    Map<String, String> settings() {
        String maxMessageBytes = Integer.toString(MAX_MESSAGE_BYTES);
        return switch (cleanup) {
            case COMPACT ->
                Map.of(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        maxMessageBytes,
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT);
            case DELETE ->
                Map.of(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        maxMessageBytes,
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retention.toMillis()));
        };
    }
}
