package dev.attune.quickstart.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.ingest.gateway.GatewayMain;
import dev.attune.ingest.pairing.PairingMain;
import dev.attune.ingest.replay.ReplayMain;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.testing.SharedData;
import dev.attune.trainer.TrainerMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Feedback that a team already has, from the file to the weights: PandaLM's test set is replayed over HTTP, the rows whose
 * three annotators agree become strong pairs, and a trained Llama makes one pass over them.
 */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PandaLmLoopTest {
    private static final Duration BOUND = Duration.ofMinutes(10);
    private static final int UNANIMOUS = 794;
    /** Three users for, none against: (3 + 0.5) / (3 + 1). */
    private static final double STRENGTH = 0.875;

    private static final int BATCH = 16;
    private static final String KEY = "pandalm-test-key-0000";

    @TempDir
    private Path folder;

    @Test
    void everyUnanimousRowIsTrainedOnce(Platform platform) throws Exception {
        Path dataset = SharedData.resolve("feedback-data/pandalm-testset-v1.json");
        Path model = SharedData.resolve("models/tinystories-656k");
        Topics topics = platform.createTopics(2);
        String shared = """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: "%s"
                """.formatted(platform.bootstrapServers(), platform.registryUrl(), topics.prefix());
        String gatewayUrl = "http://127.0.0.1:" + FreePorts.one();
        String pairingUrl = "http://127.0.0.1:" + FreePorts.one();
        String trainerUrl = "http://127.0.0.1:" + FreePorts.one();
        try (ServiceProcesses services = new ServiceProcesses(folder)) {
            ChildProcess gateway = services.start("gateway", GatewayMain.class, shared + gateway(gatewayUrl));
            ChildProcess pairing = services.start("pairing", PairingMain.class, shared + pairing(pairingUrl));
            ChildProcess trainer = services.start("trainer", TrainerMain.class, shared + trainer(trainerUrl, model));
            services.awaitReady(gateway, gatewayUrl + "/health/ready");
            services.awaitReady(pairing, pairingUrl + "/health/ready");
            services.awaitReady(trainer, trainerUrl + "/health/ready");

            String replayed = services.run("replay", ReplayMain.class, replay(dataset, gatewayUrl), BOUND);
            assertThat(replayed).contains("999");

            await().atMost(BOUND).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                assertThat(trainer.isAlive()).as(trainer.logTail(40)).isTrue();
                assertThat(services.counter(trainerUrl, "attune_trainer_pairs_total"))
                        .isEqualTo(UNANIMOUS);
            });
            assertThat(services.counter(trainerUrl, "attune_trainer_pairs_truncated_total"))
                    .as("of 512 positions")
                    .isPositive();
            trainer.stop(Duration.ofSeconds(60));
        }

        Map<String, PreferencePair> pairs = new HashMap<>();
        platform.readAll(topics.preferencePairs())
                .forEach(record -> pairs.put(record.value().getPairId(), record.value()));
        assertThat(pairs.values()).hasSize(UNANIMOUS).allSatisfy(pair -> {
            assertThat(pair.getStatus()).isEqualTo(PreferenceStatus.ACTIVE);
            assertThat(pair.getStrength()).isEqualTo(STRENGTH);
        });
        assertThat(platform.readAll(topics.deadLetters())).isEmpty();
        List<CheckpointCommitted> checkpoints = platform.readAll(topics.checkpoints()).stream()
                .map(ConsumerRecord::value)
                .toList();
        assertThat(checkpoints.stream().mapToLong(CheckpointCommitted::getPairs).sum())
                .isEqualTo(UNANIMOUS);
        // The newest one: versions are spread over the topic's partitions.
        assertThat(checkpoints)
                .extracting(CheckpointCommitted::getStep)
                .anySatisfy(step -> assertThat(step).isGreaterThanOrEqualTo(UNANIMOUS / BATCH));
    }

    private static String gateway(String url) {
        return """
                http: {host: 127.0.0.1, port: %d}
                modelId: tinystories
                tenants:
                  - id: pandalm
                    apiKeys: ["%s"]
                    secret: "a test's pseudonyms need no better secret"
                """.formatted(port(url), KEY);
    }

    /** Caps and length limits off; only what all three annotators agree on is strong enough. */
    private String pairing(String url) {
        return """
                admin: {host: 127.0.0.1, port: %d}
                applicationId: pandalm
                stateDir: %s
                rules: {minimumStrength: 0.8, maxPairsPerPrompt: 0, maxPairsPerUser: 0, maxLengthRatio: 0}
                """.formatted(port(url), folder.resolve("pairing-state"));
    }

    /** Nothing is held out: every pair is counted. */
    private String trainer(String url, Path model) {
        return """
                admin: {host: 127.0.0.1, port: %d}
                modelId: tinystories
                tenants: [pandalm]
                baseModel: %s
                batch: {size: %d, maxAge: 3s}
                checkpoint: {directory: %s, everySteps: 25}
                learning: {learningRate: 1.0e-4, beta: 0.1}
                heldOut: {share: 0.0}
                """.formatted(port(url), model, BATCH, folder.resolve("checkpoints"));
    }

    private static List<String> replay(Path dataset, String gatewayUrl) {
        return List.of(
                "--format",
                "pandalm",
                "--file",
                dataset.toString(),
                "--gateway",
                gatewayUrl,
                "--api-key",
                KEY,
                "--concurrency",
                "8");
    }

    private static int port(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }
}
