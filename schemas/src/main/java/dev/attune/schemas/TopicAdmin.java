package dev.attune.schemas;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the catalogue's topics, and says which are missing. */
public final class TopicAdmin {
    private TopicAdmin() {}

    private static final String MIN_INSYNC_REPLICAS = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;

    /**
     * Creates the topics that are not there; those that are stay as they are. With three copies or more a write is
     * acknowledged when two have it, whatever the broker's own default says.
     *
     * @return the names that were created
     * @throws ExecutionException if the cluster refuses for another reason than that a topic exists
     */
    public static List<String> createMissing(Admin admin, Topics topics, int partitions, short replicationFactor)
            throws ExecutionException, InterruptedException {
        List<String> missing = missing(admin, topics);
        List<NewTopic> wanted = topics.all().stream()
                .filter(topic -> missing.contains(topic.name()))
                .map(topic -> {
                    Map<String, String> settings = new HashMap<>(topic.settings());
                    settings.put(MIN_INSYNC_REPLICAS, replicationFactor >= 3 ? "2" : "1");
                    return new NewTopic(topic.name(), partitions, replicationFactor).configs(settings);
                })
                .toList();
        try {
            admin.createTopics(wanted).all().get();
        } catch (ExecutionException e) {
            // Another instance was quicker: that is what we wanted.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        return missing;
    }

    /**
     * The first topic that has fewer copies than its {@code min.insync.replicas} asks for, as a sentence. Kafka takes
     * writes to such a topic all the same (KAFKA-18762), so that an acknowledgement would promise what is not there.
     */
    public static Optional<String> underReplicated(Admin admin, Collection<String> names, Duration bound)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, TopicDescription> topics =
                admin.describeTopics(names).allTopicNames().get(bound.toMillis(), TimeUnit.MILLISECONDS);
        Map<ConfigResource, Config> settings = admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all()
                .get(bound.toMillis(), TimeUnit.MILLISECONDS);
        for (Map.Entry<ConfigResource, Config> entry : settings.entrySet()) {
            String name = entry.getKey().name();
            int needed = Integer.parseInt(Objects.requireNonNull(
                    entry.getValue().get(MIN_INSYNC_REPLICAS).value()));
            int copies = Objects.requireNonNull(topics.get(name)).partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .min()
                    .orElse(0);
            if (copies < needed) {
                return Optional.of("topic %s has %d copies of a partition, but min.insync.replicas is %d"
                        .formatted(name, copies, needed));
            }
        }
        return Optional.empty();
    }

    /** The catalogue's topics that the cluster does not have. */
    public static List<String> missing(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
        Set<String> present = admin.listTopics().names().get();
        return topics.all().stream()
                .map(Topic::name)
                .filter(name -> !present.contains(name))
                .toList();
    }
}
