package dev.attune.schemas;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the catalogue's topics, and says which are missing. */
public final class TopicAdmin {
    private TopicAdmin() {}

    /**
     * Creates the topics that are not there; those that are stay as they are.
     *
     * @return the names that were created
     * @throws ExecutionException if the cluster refuses for another reason than that a topic exists
     */
    public static List<String> createMissing(Admin admin, Topics topics, int partitions, short replicationFactor)
            throws ExecutionException, InterruptedException {
        List<String> missing = missing(admin, topics);
        List<NewTopic> wanted = topics.all().stream()
                .filter(topic -> missing.contains(topic.name()))
                .map(topic -> new NewTopic(topic.name(), partitions, replicationFactor).configs(topic.settings()))
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

    /** The catalogue's topics that the cluster does not have. */
    public static List<String> missing(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
        Set<String> present = admin.listTopics().names().get();
        return topics.all().stream()
                .map(Topic::name)
                .filter(name -> !present.contains(name))
                .toList();
    }
}
