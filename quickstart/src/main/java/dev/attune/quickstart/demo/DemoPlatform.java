package dev.attune.quickstart.demo;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.FreePorts;
import dev.attune.embedded.RegistryProcess;
import dev.attune.ingest.gateway.GatewayMain;
import dev.attune.ingest.pairing.PairingMain;
import dev.attune.ingest.status.StatusMain;
import dev.attune.publisher.PublisherMain;
import dev.attune.quickstart.serving.ServeMain;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import dev.attune.trainer.TrainerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Every process of the loop: the broker inside this one; registry, serving and the services as children that end with
 * it. They are started as an operator would start them, from their main classes and configuration files.
 */
final class DemoPlatform implements AutoCloseable {
    static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private static final int PARTITIONS = 2;
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final long LOOK_EVERY_MS = 100;
    private static final int LOG_TAIL = 30;

    private final JsonHttp http;
    private final Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<ChildProcess> services = new ArrayList<>();

    private String bootstrapServers = "";
    private String registryUrl = "";
    private String gatewayUrl = "";
    private String servingUrl = "";
    private String trainerUrl = "";

    DemoPlatform(JsonHttp http, Path folder) {
        this.http = http;
        this.folder = folder;
    }

    /** Starts everything and waits until each part says that it is ready. */
    void start(
            DemoOptions options,
            ServedModel base,
            Path baseModel,
            String answerCheckUrl,
            Path gatePrompts,
            Progress progress)
            throws IOException, InterruptedException, ExecutionException {
        int servingPort = FreePorts.choose(options.ports().serving(), "the serving process (--serving-port)");
        int gatewayPort = FreePorts.choose(options.ports().gateway(), "the gateway (--gateway-port)");
        int registryPort = FreePorts.choose(options.ports().registry(), "the schema registry (--registry-port)");
        int kafkaPort = FreePorts.choose(options.ports().kafka(), "the Kafka broker (--kafka-port)");

        servingUrl = "http://127.0.0.1:" + servingPort;
        launch(
                "serving",
                ServeMain.class,
                List.of(),
                List.of(
                        "--model", baseModel.toString(),
                        "--served-model-name", base.name(),
                        "--host", "127.0.0.1",
                        "--port", Integer.toString(servingPort)));
        startKafka(kafkaPort, progress);
        progress.starting("Schema Registry (Apicurio)");
        RegistryProcess registry = RegistryProcess.start(registryPort, folder.resolve("registry"));
        parts.push(registry);
        registryUrl = registry.url();

        progress.starting("gateway, pairing, status, trainer, publisher");
        startServices(options, base, baseModel, answerCheckUrl, gatePrompts, gatewayPort);
    }

    private void startKafka(int port, Progress progress) throws ExecutionException, InterruptedException {
        progress.starting("Kafka broker (KRaft)");
        EmbeddedKafka kafka = EmbeddedKafka.start(port, folder.resolve("kafka"));
        parts.push(kafka);
        bootstrapServers = kafka.bootstrapServers();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            TopicAdmin.createMissing(admin, TOPICS, PARTITIONS, (short) 1);
        }
    }

    private void startServices(
            DemoOptions options,
            ServedModel base,
            Path baseModel,
            String answerCheckUrl,
            Path gatePrompts,
            int gatewayPort)
            throws IOException, InterruptedException {
        ServiceConfigs configs = new ServiceConfigs(folder, bootstrapServers, registryUrl, base.name(), baseModel);
        int pairingPort = FreePorts.one();
        int statusPort = FreePorts.one();
        int trainerPort = FreePorts.one();
        int publisherPort = FreePorts.one();
        gatewayUrl = "http://127.0.0.1:" + gatewayPort;
        trainerUrl = "http://127.0.0.1:" + trainerPort;
        service("gateway", GatewayMain.class, configs.gateway(gatewayPort));
        service("pairing", PairingMain.class, configs.pairing(pairingPort));
        service("status", StatusMain.class, configs.status(statusPort));
        service("trainer", TrainerMain.class, configs.trainer(trainerPort, options.stepsPerVersion(), options.seed()));
        service(
                "publisher",
                PublisherMain.class,
                configs.publisher(publisherPort, servingUrl, answerCheckUrl, gatePrompts));

        awaitReady(servingUrl + "/health");
        awaitReady(gatewayUrl + "/health/ready");
        awaitReady("http://127.0.0.1:" + pairingPort + "/health/ready");
        awaitReady("http://127.0.0.1:" + statusPort + "/health/ready");
        awaitReady(trainerUrl + "/health/ready");
        awaitReady("http://127.0.0.1:" + publisherPort + "/health/ready");
    }

    private void service(String name, Class<?> main, Path config) {
        launch(name, main, List.of(), List.of("--config", config.toString()));
    }

    private void launch(String name, Class<?> main, List<String> jvmOptions, List<String> arguments) {
        List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        options.addAll(jvmOptions);
        ChildProcess child = ChildProcess.startMain(
                name, main, options, arguments, folder.resolve("logs").resolve(name + ".log"));
        parts.push(child);
        services.add(child);
    }

    private void awaitReady(String url) throws InterruptedException, DemoFailure {
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        IOException last = null;
        while (System.nanoTime() < deadline) {
            requireAlive();
            try {
                http.get(url);
                return;
            } catch (IOException e) {
                last = e;
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        }
        throw new DemoFailure(url + " was not ready after " + START_BOUND.toMinutes() + " minutes: " + last);
    }

    /** @throws DemoFailure with the end of its log, if a part has ended by itself */
    void requireAlive() throws DemoFailure {
        for (ChildProcess service : services) {
            if (!service.isAlive()) {
                throw new DemoFailure("the " + service.name() + " ended with exit code " + service.exitCode()
                        + ". The end of " + service.log() + ":\n" + service.logTail(LOG_TAIL));
            }
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    String registryUrl() {
        return registryUrl;
    }

    String gatewayUrl() {
        return gatewayUrl;
    }

    String servingUrl() {
        return servingUrl;
    }

    String trainerUrl() {
        return trainerUrl;
    }

    /** Stops in the reverse order of the start: whoever depends on another part goes first. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // The rest still has to stop.
                System.err.println("while stopping: " + e);
            }
        }
    }
}
