package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeVllm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A publisher in a process of its own that stands still at a transition, and is killed with SIGKILL when it is closed. */
record KilledPublisher(ChildProcess process, Path marker) implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(40);

    /**
     * @param more lines of YAML with settings of the model, or nothing
     * @param when {@code before} or {@code after} the event of the state
     */
    static KilledPublisher start(TestPublisherConfig test, String more, ReleaseState state, String when)
            throws IOException {
        Path config = Files.writeString(test.folder().resolve("publisher.yaml"), yaml(test) + more.indent(4));
        Path marker = test.folder().resolve("stands-still");
        return new KilledPublisher(
                ChildProcess.startMain(
                        "the publisher",
                        KilledPublisherMain.class,
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        List.of(config.toString(), state.name(), when, marker.toString()),
                        test.folder().resolve("publisher.log")),
                marker);
    }

    void awaitStandstill() {
        await("standstill").atMost(BOUND).pollInterval(Duration.ofMillis(10)).until(() -> {
            assertThat(process.isAlive()).as(process.logTail(20)).isTrue();
            return Files.exists(marker);
        });
    }

    private static String yaml(TestPublisherConfig test) {
        return """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: %s
                admin: {host: 127.0.0.1}
                store: {directory: %s}
                models:
                  - tenant: %s
                    modelId: %s
                    base: {directory: %s}
                    serving:
                      replicas: [%s]
                      baseModel: %s
                      adapters: {ranks: [8]}
                    releases: {drain: 0s}
                """.formatted(
                test.bootstrapServers(),
                test.registryUrl(),
                test.prefix(),
                test.folder().resolve("store"),
                FakeCheckpoints.TENANT,
                FakeCheckpoints.MODEL,
                test.folder().resolve("base"),
                test.replicas().stream().map(url -> "{url: \"" + url + "\"}").collect(Collectors.joining(", ")),
                FakeVllm.BASE);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.close();
    }
}
