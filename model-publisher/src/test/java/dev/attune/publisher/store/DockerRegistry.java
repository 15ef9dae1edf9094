package dev.attune.publisher.store;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.publisher.store.oci.OciSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** Debian's registry as a child process, with its files in a folder. */
final class DockerRegistry implements AutoCloseable {

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/docker-registry"), Path.of("/usr/local/bin/docker-registry"));

    private final ChildProcess process;
    private final Path root;
    private final int port;

    private DockerRegistry(ChildProcess process, Path root, int port) {
        this.process = process;
        this.root = root;
        this.port = port;
    }

    /** Skips the test where the registry is not installed. */
    static DockerRegistry start(Path folder) throws IOException {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(
                program != null, "docker-registry is not installed: apt-get install docker-registry on Debian");
        int port = FreePorts.one();
        Path root = Files.createDirectories(folder.resolve("registry"));
        Path config = Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(root, port));
        ChildProcess process = ChildProcess.start(
                "the registry",
                List.of(String.valueOf(program), "serve", config.toString()),
                Map.of("OTEL_TRACES_EXPORTER", "none"),
                folder.resolve("registry.log"));
        Awaitility.await("the registry on port " + port)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    new Socket(InetAddress.getLoopbackAddress(), port).close();
                    return true;
                });
        return new DockerRegistry(process, root, port);
    }

    /** A repository that nobody else uses. */
    OciSettings settings() {
        return new OciSettings(
                "127.0.0.1:" + port,
                "models/test-" + UUID.randomUUID(),
                true,
                null,
                Duration.ofSeconds(20),
                Duration.ofMinutes(2));
    }

    /** Where the registry keeps a blob on its disk. */
    Path blob(String sha256) {
        return root.resolve("docker/registry/v2/blobs/sha256")
                .resolve(sha256.substring(0, 2))
                .resolve(sha256)
                .resolve("data");
    }

    @Override
    public void close() {
        process.close();
    }
}
