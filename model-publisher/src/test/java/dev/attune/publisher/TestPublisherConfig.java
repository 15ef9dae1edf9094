package dev.attune.publisher;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.publisher.canary.CanarySettings;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.gate.AnswerCheckSettings;
import dev.attune.publisher.gate.ArtifactLimits;
import dev.attune.publisher.gate.GateSettings;
import dev.attune.publisher.http.RetrySettings;
import dev.attune.publisher.merge.MergedSettings;
import dev.attune.publisher.routes.RouteSettings;
import dev.attune.publisher.serving.AdapterLimits;
import dev.attune.publisher.serving.ProbeBounds;
import dev.attune.publisher.serving.ProofLevel;
import dev.attune.publisher.serving.ReplicaKind;
import dev.attune.publisher.serving.ReplicaSettings;
import dev.attune.publisher.serving.ServingSettings;
import dev.attune.publisher.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configurations for tests, with short waits. */
record TestPublisherConfig(
        String bootstrapServers,
        String registryUrl,
        String prefix,
        Path folder,
        List<String> replicas,
        @Nullable StoreSettings store) {

    TestPublisherConfig(
            String bootstrapServers, String registryUrl, String prefix, Path folder, List<String> replicas) {
        this(bootstrapServers, registryUrl, prefix, folder, replicas, null);
    }

    /** With another store than a folder. */
    TestPublisherConfig with(StoreSettings another) {
        return new TestPublisherConfig(bootstrapServers, registryUrl, prefix, folder, replicas, another);
    }

    private static final ReleaseSettings RELEASES = new ReleaseSettings(Duration.ZERO, false, 2, Duration.ZERO);

    /** Goes on for long with a server that is away. */
    PublisherConfig patient() {
        return config(Duration.ofMinutes(1), null);
    }

    /** Gives a server up after half a second. */
    PublisherConfig impatient() {
        return config(Duration.ofMillis(500), null);
    }

    /** Waits two seconds for an answer, and gives a server up after two. */
    PublisherConfig hasty() {
        return config(retry(Duration.ofSeconds(2), Duration.ofSeconds(2)), null, RELEASES, null);
    }

    /** As patient, with gates on 30 prompts. */
    PublisherConfig withGates(String answerCheckUrl) throws IOException {
        Path prompts = folder.resolve("prompts.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            lines.append("{\"messages\":[{\"role\":\"user\",\"content\":\"")
                    .append((char) ('a' + i % 26))
                    .append("\"}]}\n");
        }
        Files.writeString(prompts, lines);
        return config(
                Duration.ofMinutes(1),
                new GateSettings(prompts, 1, 24, 4, 3.0, new AnswerCheckSettings(answerCheckUrl, 0.85, 0.05)));
    }

    /** As patient, with these gates. */
    PublisherConfig gated(GateSettings gates) {
        return config(Duration.ofMinutes(1), gates);
    }

    /** As patient, with other rules for releases. */
    PublisherConfig releasing(ReleaseSettings releases) {
        return config(Duration.ofMinutes(1), null, releases, null);
    }

    /** As patient, and a verified version is tried out. */
    PublisherConfig trying(CanarySettings canary) {
        return config(Duration.ofMinutes(1), null, RELEASES, canary);
    }

    /** Whole weights in a directory that others read. */
    PublisherConfig inDirectory(Path served, Path merged) {
        PublisherConfig adapters = patient();
        ModelSettings model = adapters.models().getFirst();
        ServingSettings serving = model.serving();
        ModelSettings whole = new ModelSettings(
                model.tenant(),
                model.modelId(),
                model.base(),
                new ServingSettings(
                        List.of(new ReplicaSettings(served.toUri().toString(), null)),
                        ReplicaKind.DIRECTORY,
                        null,
                        serving.baseModel(),
                        null,
                        serving.adapters(),
                        serving.probes(),
                        ProofLevel.FILES,
                        false,
                        serving.retry()),
                model.limits(),
                model.releases(),
                null,
                new MergedSettings(merged, null),
                null,
                null,
                model.restoreInterval());
        return new PublisherConfig(
                adapters.kafka(),
                adapters.schemaRegistry(),
                adapters.topicPrefix(),
                adapters.admin(),
                adapters.api(),
                adapters.store(),
                List.of(whole));
    }

    private PublisherConfig config(Duration giveUpAfter, @Nullable GateSettings gates) {
        return config(giveUpAfter, gates, RELEASES, null);
    }

    private PublisherConfig config(
            Duration giveUpAfter,
            @Nullable GateSettings gates,
            ReleaseSettings releases,
            @Nullable CanarySettings canary) {
        return config(retry(Duration.ofSeconds(5), giveUpAfter), gates, releases, canary);
    }

    private static RetrySettings retry(Duration callTimeout, Duration giveUpAfter) {
        return new RetrySettings(callTimeout, Duration.ofMillis(20), Duration.ofMillis(200), giveUpAfter);
    }

    private PublisherConfig config(
            RetrySettings retry,
            @Nullable GateSettings gates,
            ReleaseSettings releases,
            @Nullable CanarySettings canary) {
        ModelSettings model = new ModelSettings(
                FakeCheckpoints.TENANT,
                FakeCheckpoints.MODEL,
                new BaseSettings(folder.resolve("base")),
                new ServingSettings(
                        replicas.stream()
                                .map(url -> new ReplicaSettings(url, null))
                                .toList(),
                        FakeVllm.BASE,
                        null,
                        new AdapterLimits(List.of(8), 16),
                        new ProbeBounds(2e-4, 1e-3, 5e-4),
                        retry),
                ArtifactLimits.DEFAULTS,
                releases,
                gates,
                null,
                canary,
                new RouteSettings(
                        folder.resolve("route.yaml"),
                        "support",
                        "default",
                        "replicas",
                        "support",
                        "inference.networking.x-k8s.io/v1alpha2"),
                Duration.ofMillis(300));
        return new PublisherConfig(
                // A consumer waits for its last fetch when it closes.
                new KafkaSettings(bootstrapServers, Map.of("fetch.max.wait.ms", "50")),
                new SchemaRegistrySettings(registryUrl, Map.of()),
                prefix,
                new AdminSettings("127.0.0.1", 0),
                new ApiSettings(
                        "127.0.0.1",
                        0,
                        List.of(new ApiSettings.Operator(
                                "ann", FakeCheckpoints.TENANT, List.of("key-of-ann-0123456789")))),
                store == null ? StoreSettings.inFolder(folder.resolve("store")) : store,
                List.of(model));
    }
}
