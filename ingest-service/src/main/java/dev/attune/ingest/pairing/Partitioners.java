package dev.attune.ingest.pairing;

import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Where records go whose key is not what they are partitioned by: whatever is known of a prompt is in one place. */
final class Partitioners {
    private Partitioners() {}

    /** Rows of a prompt. */
    static <V> StreamPartitioner<String, V> row() {
        return (topic, key, value, partitions) -> partition(RecordKeys.above(key), partitions);
    }

    /** Revisions of a pair stay in order, and so do the pairs of a prompt. */
    static StreamPartitioner<String, PreferencePair> pair() {
        return (topic, key, pair, partitions) ->
                partition(Topics.key(pair.getTenant(), pair.getPromptId()), partitions);
    }

    static StreamPartitioner<String, PreferencePair> pairByTenant() {
        return (topic, key, pair, partitions) -> partition(pair.getTenant(), partitions);
    }

    static StreamPartitioner<String, PreferenceSingle> single() {
        return (topic, key, single, partitions) ->
                partition(Topics.key(single.getTenant(), single.getPromptId()), partitions);
    }

    /** As Kafka partitions by a key: questions about stores find it so. */
    private static Optional<Set<Integer>> partition(String key, int partitions) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(bytes)) % partitions));
    }
}
