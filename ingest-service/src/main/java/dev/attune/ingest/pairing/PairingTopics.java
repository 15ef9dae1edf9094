package dev.attune.ingest.pairing;

import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks at the start what would otherwise fail later and less clearly. */
final class PairingTopics {
    private PairingTopics() {}

    /**
     * @param budgets whether the topic to the budget stage is needed
     * @param maxOutputBytes the largest record that pairing may write
     * @throws ConfigException if a topic is missing or takes only smaller records, or two are not partitioned alike
     * @throws ExecutionException if the cluster does not say
     */
    static void check(Admin admin, Topics topics, boolean budgets, int maxOutputBytes)
            throws ExecutionException, InterruptedException {
        List<String> names = Stream.concat(
                        Stream.of(topics.completions(), topics.feedback()), written(topics, budgets).stream())
                .map(Topic::name)
                .toList();
        List<String> missing = new ArrayList<>();
        Map<String, Integer> partitions = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> described :
                admin.describeTopics(names).topicNameValues().entrySet()) {
            try {
                partitions.put(
                        described.getKey(),
                        described.getValue().get().partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(described.getKey());
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigException(
                    "topicPrefix",
                    "the cluster has no topic " + String.join(", ", missing) + ": create what is missing");
        }
        requireAlike(partitions, topics.completions(), topics.feedback(), "so that a turn's events meet");
        requireAlike(partitions, topics.judgedTurns(), topics.promptCompletions(), "so that votes and texts meet");
        requireRoom(admin, written(topics, budgets), maxOutputBytes);
    }

    private static void requireAlike(Map<String, Integer> partitions, Topic<?> one, Topic<?> other, String why) {
        Integer ofOne = partitions.get(one.name());
        Integer ofOther = partitions.get(other.name());
        if (!Objects.equals(ofOne, ofOther)) {
            throw new ConfigException(
                    "topicPrefix",
                    "topics %s (%d partitions) and %s (%d) must have the same number of partitions, %s"
                            .formatted(one.name(), ofOne, other.name(), ofOther, why));
        }
    }

    /** The topics that pairing writes to. */
    static List<Topic<?>> written(Topics topics, boolean budgets) {
        List<Topic<?>> written = new ArrayList<>(List.of(
                topics.judgedTurns(),
                topics.promptCompletions(),
                topics.preferencePairs(),
                topics.preferenceSingles(),
                topics.deadLetters()));
        if (budgets) {
            written.add(topics.assembledPairs());
        }
        return List.copyOf(written);
    }

    /** A record that the broker refuses would stop pairing, and again after each restart. */
    private static void requireRoom(Admin admin, List<Topic<?>> written, int maxOutputBytes)
            throws ExecutionException, InterruptedException {
        List<ConfigResource> resources = written.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        for (Map.Entry<ConfigResource, Config> entry :
                admin.describeConfigs(resources).all().get().entrySet()) {
            String setting = Objects.requireNonNull(entry.getValue().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                    .value();
            Checks.that(
                    Integer.parseInt(setting) >= maxOutputBytes,
                    "limits.maxRecordBytes",
                    "a pair of two such records may have %d bytes, but topic %s has max.message.bytes=%s: raise that, or lower this"
                            .formatted(maxOutputBytes, entry.getKey().name(), setting));
        }
    }
}
