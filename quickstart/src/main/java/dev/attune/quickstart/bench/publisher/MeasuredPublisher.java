package dev.attune.quickstart.bench.publisher;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.publisher.PublisherMain;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.bench.ProcessMemory;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The publisher as a process of its own, as an operator would start it, with a heap that holds no large adapter. */
final class MeasuredPublisher implements AutoCloseable {

    static final List<String> JVM_OPTIONS = List.of("-Xmx192m", "-XX:+UseSerialGC");

    private final ChildProcess process;

    private MeasuredPublisher(ChildProcess process) {
        this.process = process;
    }

    static MeasuredPublisher start(
            BenchPlatform platform,
            Topics topics,
            String modelId,
            Path base,
            Path folder,
            List<InstantReplica> replicas)
            throws IOException {
        Path config = Files.writeString(folder.resolve("publisher.yaml"), """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: %s
                admin: {host: 127.0.0.1, port: %d}
                store: {directory: %s}
                models:
                  - tenant: %s
                    modelId: %s
                    base: {directory: %s}
                    serving: {baseModel: %s, replicas: [%s], adapters: {maxRank: 64}}
                    releases: {drain: 0s}
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        FreePorts.one(),
                        folder.resolve("store"),
                        BenchCheckpoints.TENANT,
                        modelId,
                        base,
                        InstantReplica.BASE,
                        replicas.stream()
                                .map(replica -> "{url: \"" + replica.url() + "\"}")
                                .collect(Collectors.joining(", "))));
        return new MeasuredPublisher(ChildProcess.startMain(
                "the publisher",
                PublisherMain.class,
                JVM_OPTIONS,
                List.of("--config", config.toString()),
                folder.resolve("publisher.log")));
    }

    /** @throws IllegalStateException if it has ended, with the end of its log */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the publisher has ended:\n" + process.logTail(20));
        }
    }

    String logTail() {
        return process.logTail(20);
    }

    /** The memory that it occupies beside mapped files, which the system takes back when it likes; by Linux's account. */
    double megabytes() throws IOException {
        return ProcessMemory.anonymousBytes(process.pid()) / 1e6;
    }

    @Override
    public void close() {
        process.close();
    }
}
