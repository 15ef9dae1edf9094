package dev.attune.ingest.gateway.log;

import dev.attune.kit.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What the gateway's acknowledgements rest on. */
public final class ProducerSettings {
    private ProducerSettings() {}

    /**
     * Of a producer that acknowledges once all in-sync replicas have a record, in bounded time and memory.
     *
     * @param acknowledgementTimeout for everything: waiting for room or metadata, and then for the acknowledgement
     * @param maxInFlightBytes of records that wait
     * @param maxRecordBytes of a request's body, which is what a record is made of
     */
    public static Map<String, Object> of(
            KafkaSettings kafka, Duration acknowledgementTimeout, long maxInFlightBytes, int maxRecordBytes) {
        long timeoutMs = acknowledgementTimeout.toMillis();
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A broker that just got a partition refuses what comes too early and takes the next request: with several on
        // their way the first one is then out of order for good, and its events hang until the time limit
        // (KAFKA-14359).
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        // One budget of time for a request: waiting for room or metadata, and then for the acknowledgement.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(1, timeoutMs / 2));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, timeoutMs / 2));
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeoutMs);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, maxInFlightBytes);
        // As large as a body may be, with room for keys and ids; the broker has the last word.
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes + 65_536);
        return kafka.client(settings);
    }
}
