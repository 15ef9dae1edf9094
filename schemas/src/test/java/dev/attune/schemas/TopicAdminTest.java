package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.embedded.EmbeddedKafka;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class TopicAdminTest {
    @Test
    void missingTopicsAreCreatedOnceWithTheirOwnSettings() throws Exception {
        Topics topics = new Topics("test.");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            assertThat(TopicAdmin.missing(admin, topics)).hasSize(9).contains("test.preference-pairs");

            assertThat(TopicAdmin.createMissing(admin, topics, 3, (short) 1)).hasSize(9);
            assertThat(TopicAdmin.createMissing(admin, topics, 3, (short) 1)).isEmpty();

            assertThat(TopicAdmin.missing(admin, topics)).isEmpty();
            ConfigResource checkpoints = new ConfigResource(ConfigResource.Type.TOPIC, "test.checkpoints");
            assertThat(admin.describeConfigs(java.util.List.of(checkpoints))
                            .all()
                            .get()
                            .get(checkpoints)
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void aPrefixThatKafkaWouldRefuseIsRefusedByName() {
        assertThatThrownBy(() -> new Topics("attune/")).hasMessageContaining("topic prefix 'attune/'");
    }
}
