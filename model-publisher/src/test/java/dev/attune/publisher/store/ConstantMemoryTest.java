package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.embedded.ChildProcess;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.store.oci.OciSettings;
import dev.attune.publisher.store.s3.S3Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that is larger than the heap goes through every kind of store. */
class ConstantMemoryTest {

    private static final int ADAPTER_MEGABYTES = 96;
    /** Of which S3 takes 20 for the parts that are under way. */
    private static final int HEAP_MEGABYTES = 64;

    @TempDir
    Path folder;

    @Test
    void aLargeAdapterIsStoredAndFetchedWithASmallHeap() throws Exception {
        StoredCheckpoint large = StoredCheckpoint.write(
                folder.resolve("trainer"), new FakeCheckpoints.Draft(), (long) ADAPTER_MEGABYTES << 20);
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            Path log = folder.resolve("child.log");
            try (ChildProcess child = ChildProcess.startMain(
                    "store and fetch",
                    StoreAndFetch.class,
                    List.of("-Xmx" + HEAP_MEGABYTES + "m", "-XX:+UseSerialGC"),
                    List.of(
                            large.directory().root().toString(),
                            local(),
                            s3(S3MockServer.settings()),
                            oci(registry.settings())),
                    log)) {
                assertThat(child.waitFor(Duration.ofSeconds(60))).isTrue();
                assertThat(child.exitCode()).as(() -> child.logTail(30)).isZero();
            }
        }

        for (String kind : List.of("local", "s3", "oci")) {
            Path fetched = folder.resolve(kind).resolve("sha256").resolve(large.artifactSha256());
            assertThat(fetched.resolve("adapter/large.safetensors")).as(kind).hasSize((long) ADAPTER_MEGABYTES << 20);
        }
    }

    private String local() throws Exception {
        return write("local.yaml", "directory: %s\n".formatted(folder.resolve("local")));
    }

    private String s3(S3Settings s3) throws Exception {
        return write("s3.yaml", """
                s3:
                  bucket: %s
                  prefix: %s
                  endpoint: %s
                  pathStyle: true
                  partMegabytes: 5
                  credentials: {accessKeyId: user, secretAccessKey: secret}
                fetchDirectory: %s
                """.formatted(s3.bucket(), s3.prefix(), s3.endpoint(), folder.resolve("s3")));
    }

    private String oci(OciSettings oci) throws Exception {
        return write("oci.yaml", """
                oci:
                  registry: %s
                  repository: %s
                  plainHttp: true
                fetchDirectory: %s
                pointer:
                  directory: %s
                """.formatted(
                        oci.registry(), oci.repository(), folder.resolve("oci"), folder.resolve("pointers")));
    }

    private String write(String name, String yaml) throws Exception {
        return Files.writeString(folder.resolve(name), yaml).toString();
    }
}
