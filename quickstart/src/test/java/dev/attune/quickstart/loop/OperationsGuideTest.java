package dev.attune.quickstart.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.events.ReleaseState;
import dev.attune.ingest.gateway.GatewayMain;
import dev.attune.ingest.pairing.PairingMain;
import dev.attune.ingest.status.StatusMain;
import dev.attune.ingest.topics.TopicsMain;
import dev.attune.publisher.PublisherMain;
import dev.attune.quickstart.serving.ServeMain;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.trainer.TrainerMain;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/operations/running.md} is true: its files, with nothing changed but addresses, folders and patience, start
 * every service, and thumbs that are posted as the README says end in a promoted version on both replicas.
 */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class OperationsGuideTest {
    private static final Path HOME = Path.of(System.getProperty("attune.home", "."));
    private static final Pattern FILE = Pattern.compile("## (\\w+)\\n[^`]*```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final String KEY = "a-key-of-the-guide";

    @TempDir
    private Path folder;

    @Test
    void itsFilesRunTheLoop(Platform platform) throws Exception {
        Map<String, String> files = filesOfTheGuide();
        int gatewayPort = FreePorts.one();
        int pairingPort = FreePorts.one();
        int statusPort = FreePorts.one();
        int trainerPort = FreePorts.one();
        int publisherPort = FreePorts.one();
        String firstReplica = "http://127.0.0.1:" + FreePorts.one();
        String secondReplica = "http://127.0.0.1:" + FreePorts.one();
        Path prompts = Files.writeString(
                folder.resolve("gate-prompts.jsonl"),
                "{\"messages\": [{\"role\": \"user\", \"content\": \"How can I pay?\"}]}\n".repeat(4));
        Map<String, String> here = new LinkedHashMap<>();
        here.put("kafka-0:9092,kafka-1:9092", platform.bootstrapServers());
        here.put("kafka-0:9092", platform.bootstrapServers());
        here.put("http://registry:8081", platform.registryUrl());
        here.put("replicationFactor: 3", "replicationFactor: 1");
        here.put("{host: 0.0.0.0, port: 8080}", "{host: 127.0.0.1, port: " + gatewayPort + "}");
        here.put("port: 9101", "port: " + pairingPort);
        here.put("port: 9102", "port: " + trainerPort);
        here.put("port: 9104", "port: " + statusPort);
        here.put("port: 9103", "port: " + publisherPort);
        here.put("sha256:<the key's SHA-256 in hex>", sha256(KEY));
        here.put("${ACME_SECRET}", "a secret of the guide's test, long enough");
        here.put("/var/lib/attune/pairing", folder.resolve("pairing").toString());
        here.put(
                "/var/lib/attune/gateway-status",
                folder.resolve("gateway-status").toString());
        here.put("/var/lib/attune/status", folder.resolve("status").toString());
        here.put("/models/base", HOME.resolve("quickstart/model").toString());
        here.put("directory: /checkpoints", "directory: " + folder.resolve("checkpoints"));
        here.put("directory: /artifacts", "directory: " + folder.resolve("artifacts"));
        here.put("/etc/attune/gate-prompts.jsonl", prompts.toString());
        here.put("http://vllm-0:8000", firstReplica);
        here.put("http://vllm-1:8000", secondReplica);
        // A thousand times the rate, so that one step can be told from none; and nobody waits 32 steps here.
        here.put("learningRate: 1.0e-5", "learningRate: 1.0e-2");
        here.put("{size: 16, maxAge: 30s}", "{size: 16, maxAge: 1s}");
        here.put("everySteps: 32", "everySteps: 1");
        files.replaceAll((name, yaml) -> replaced(yaml, here));

        try (ServiceProcesses services = new ServiceProcesses(folder)) {
            ChildProcess first = services.start("serving-0", ServeMain.class, serving(firstReplica));
            ChildProcess second = services.start("serving-1", ServeMain.class, serving(secondReplica));
            Path topicsFile = Files.writeString(folder.resolve("topics.yaml"), file(files, "Kafka"));
            assertThat(services.run("topics", TopicsMain.class, List.of("--config", topicsFile.toString()), BOUND))
                    .contains("attune.preference-pairs");
            ChildProcess gateway = services.start("gateway", GatewayMain.class, file(files, "Gateway"));
            ChildProcess pairing = services.start("pairing", PairingMain.class, file(files, "Pairing"));
            ChildProcess status = services.start("status", StatusMain.class, file(files, "Status"));
            ChildProcess trainer = services.start("trainer", TrainerMain.class, file(files, "Trainer"));
            ChildProcess publisher = services.start("publisher", PublisherMain.class, file(files, "Publisher"));
            services.awaitReady(first, firstReplica + "/health");
            services.awaitReady(second, secondReplica + "/health");
            String gatewayUrl = "http://127.0.0.1:" + gatewayPort;
            services.awaitReady(gateway, gatewayUrl + "/health/ready");
            services.awaitReady(pairing, "http://127.0.0.1:" + pairingPort + "/health/ready");
            services.awaitReady(status, "http://127.0.0.1:" + statusPort + "/health/ready");
            services.awaitReady(trainer, "http://127.0.0.1:" + trainerPort + "/health/ready");
            services.awaitReady(publisher, "http://127.0.0.1:" + publisherPort + "/health/ready");

            String lastReceipt = "";
            for (String request : requests()) {
                String path = request.contains("kind") ? "/v1/feedback" : "/v1/completions";
                HttpResponse<String> receipt = services.post(gatewayUrl + path, KEY, request);
                assertThat(receipt.statusCode()).as(request).isEqualTo(202);
                lastReceipt = receipt.body();
            }

            Topics topics = new Topics(Topics.DEFAULT_PREFIX);
            await().atMost(BOUND).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                assertThat(publisher.isAlive()).as(publisher.logTail(40)).isTrue();
                assertThat(platform.readAll(topics.releases()))
                        .as(trainer.logTail(10) + publisher.logTail(10))
                        .anySatisfy(
                                record -> assertThat(record.value().getState()).isEqualTo(ReleaseState.PROMOTED));
            });
            assertThat(services.get(secondReplica + "/v1/models").body()).contains("support-v000001-");
            // From the feedback to the weights: the thumb's own version serves.
            String eventId =
                    new ObjectMapper().readTree(lastReceipt).get("eventId").textValue();
            await().atMost(BOUND).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                HttpResponse<String> fate = services.get(gatewayUrl + "/v1/feedback/" + eventId, KEY);
                assertThat(fate.body())
                        .as(status.logTail(10))
                        .contains("\"state\":\"SERVED\"", "\"version\":\"v000001-", "\"servedIn\":\"v000001-");
            });
        }
    }

    private static List<String> requests() {
        return List.of("""
                {"turnId": "t1", "completionId": "c1", "messages": [{"role": "user", "content": "How can I pay?"}],
                 "text": "By card."}""", """
                {"turnId": "t1", "completionId": "c2", "messages": [{"role": "user", "content": "How can I pay?"}],
                 "text": "You can pay by card. Please tell me if that works for you."}""", """
                {"kind": "THUMB", "turnId": "t1", "completionId": "c1", "userId": "u1", "thumb": "DOWN"}""", """
                {"kind": "THUMB", "turnId": "t1", "completionId": "c2", "userId": "u1", "thumb": "UP"}""");
    }

    private static List<String> serving(String url) {
        return List.of(
                "--model",
                HOME.resolve("quickstart/model").toString(),
                "--served-model-name",
                "base",
                "--host",
                "127.0.0.1",
                "--port",
                url.substring(url.lastIndexOf(':') + 1));
    }

    /** The guide's YAML by the heading above it. */
    private static Map<String, String> filesOfTheGuide() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Matcher matcher = FILE.matcher(Files.readString(HOME.resolve("docs/operations/running.md")));
        while (matcher.find()) {
            files.put(matcher.group(1), matcher.group(2));
        }
        assertThat(files).containsOnlyKeys("Kafka", "Gateway", "Pairing", "Status", "Trainer", "Publisher");
        return files;
    }

    private static String file(Map<String, String> files, String heading) {
        return String.valueOf(files.get(heading));
    }

    private static String sha256(String key) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        return "sha256:" + HexFormat.of().formatHex(digest);
    }

    private static String replaced(String yaml, Map<String, String> replacements) {
        String result = yaml;
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            result = result.replace(replacement.getKey(), replacement.getValue());
        }
        return result;
    }
}
