package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.kit.ConfigException;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PlatformExtension.class)
class PairingTopicsTest {
    private static final int MAX_BYTES = 1 << 20;

    @Test
    void missingTopicsAreNamed(Platform platform) {
        Topics topics = new Topics("nowhere.");
        try (Admin admin = admin(platform)) {
            assertThatThrownBy(() -> PairingTopics.check(admin, topics, true, MAX_BYTES))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll(
                            "topicPrefix",
                            "nowhere.completions",
                            "nowhere.dead-letters",
                            "nowhere.assembled-pairs",
                            "create");
        }
    }

    @Test
    void completionsAndFeedbackMustBePartitionedAlike(Platform platform) throws Exception {
        Topics topics = platform.createTopics(2);
        try (Admin admin = admin(platform)) {
            assertThatCode(() -> PairingTopics.check(admin, topics, true, MAX_BYTES))
                    .doesNotThrowAnyException();

            admin.createPartitions(Map.of(topics.feedback().name(), NewPartitions.increaseTo(3)))
                    .all()
                    .get();

            // The broker learns of it a moment after the controller.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThatThrownBy(() -> PairingTopics.check(admin, topics, true, MAX_BYTES))
                            .isInstanceOf(ConfigException.class)
                            .hasMessageContainingAll("completions (2 partitions)", "feedback (3)"));
        }
    }

    @Test
    void votesAndTextsOfPromptsMustBePartitionedAlike(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        try (Admin admin = admin(platform)) {
            admin.createPartitions(Map.of(topics.promptCompletions().name(), NewPartitions.increaseTo(2)))
                    .all()
                    .get();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThatThrownBy(() -> PairingTopics.check(admin, topics, true, MAX_BYTES))
                            .isInstanceOf(ConfigException.class)
                            .hasMessageContainingAll("judged-turns (1 partitions)", "prompt-completions (2)"));
        }
    }

    @Test
    void aTopicThatWouldRefuseALargePairIsNamed(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        try (Admin admin = admin(platform)) {
            assertThatThrownBy(() -> PairingTopics.check(admin, topics, true, 8 << 20))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("limits.maxRecordBytes", "8388608", "max.message.bytes=4194304");
        }
    }

    private static Admin admin(Platform platform) {
        return Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()));
    }
}
