package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class TopicAdminTest {
    @Test
    void missingTopicsAreCreatedOnceWithTheirOwnSettings() throws Exception {
        Topics topics = new Topics("test.");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            List<String> all = topics.all().stream().map(Topic::name).toList();
            assertThat(TopicAdmin.missing(admin, topics))
                    .contains("test.preference-pairs")
                    .containsExactlyInAnyOrderElementsOf(all);

            assertThat(TopicAdmin.createMissing(admin, topics, 3, (short) 1)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(TopicAdmin.createMissing(admin, topics, 3, (short) 1)).isEmpty();

            assertThat(TopicAdmin.missing(admin, topics)).isEmpty();
            ConfigResource checkpoints = new ConfigResource(ConfigResource.Type.TOPIC, "test.checkpoints");
            assertThat(admin.describeConfigs(List.of(checkpoints))
                            .all()
                            .get()
                            .get(checkpoints)
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void aTopicThatPromisesMoreCopiesThanItHasIsNamed() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Topics topics = new Topics("copies.");
            TopicAdmin.createMissing(admin, topics, 1, (short) 1);
            List<String> names =
                    List.of(topics.completions().name(), topics.feedback().name());
            Duration bound = Duration.ofSeconds(20);
            await().atMost(bound)
                    .ignoreExceptionsMatching(e -> e.getCause() instanceof UnknownTopicOrPartitionException)
                    .untilAsserted(() -> assertThat(TopicAdmin.underReplicated(admin, names, bound))
                            .isEmpty());

            // With the topic, not after it: a broker learns of a changed setting a moment after the controller.
            NewTopic demanding =
                    new NewTopic("copies.demanding", 1, (short) 1).configs(Map.of("min.insync.replicas", "2"));
            admin.createTopics(List.of(demanding)).all().get();

            // And of the topic itself.
            await().atMost(bound)
                    .ignoreExceptionsMatching(e -> e.getCause() instanceof UnknownTopicOrPartitionException)
                    .untilAsserted(
                            () -> assertThat(TopicAdmin.underReplicated(admin, List.of("copies.demanding"), bound))
                                    .contains(
                                            "topic copies.demanding has 1 copies of a partition, but min.insync.replicas is 2"));
        }
    }

    @Test
    void aPrefixThatKafkaWouldRefuseIsRefusedByName() {
        assertThatThrownBy(() -> new Topics("attune/")).hasMessageContaining("topic prefix 'attune/'");
    }
}
