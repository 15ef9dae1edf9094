package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.store.s3.S3Blobs;
import dev.attune.publisher.store.s3.S3Bucket;
import dev.attune.publisher.store.s3.S3Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class S3ArtifactStoreTest extends ArtifactStoreContract {

    private final S3Settings settings = S3MockServer.settings();

    @Override
    ArtifactStore open(Path folder) throws IOException {
        return new RemoteArtifactStore(new S3Blobs(new S3Bucket(settings)), folder.resolve("replicas"));
    }

    @Override
    void tamper(StoredCheckpoint stored, String path) throws IOException {
        Path altered = folder.resolve("altered");
        byte[] content = Files.readAllBytes(stored.directory().root().resolve(path));
        content[content.length - 1] ^= 1;
        Files.write(altered, content);
        try (S3Bucket bucket = new S3Bucket(settings)) {
            bucket.upload(
                    "blobs/sha256/" + stored.sha256(path),
                    altered,
                    new FileEntry(Digests.sha256(altered), content.length));
        }
    }

    /** Three parts of 5 MiB and one of 1 byte. */
    @Test
    void aFileOfSeveralPartsArrivesWhole() throws IOException {
        StoredCheckpoint large =
                StoredCheckpoint.write(folder.resolve("large"), new FakeCheckpoints.Draft(), (15 << 20) + 1);
        ArtifactStore store = open(folder);

        store.put(large.directory(), large.verified());

        assertThat(store.fetch(large.artifactSha256()).orElseThrow().verifyReleased())
                .isEqualTo(large.verified());
    }

    @Test
    void aFileOfSeveralPartsThatChangedLeavesNoObject() throws IOException {
        StoredCheckpoint large =
                StoredCheckpoint.write(folder.resolve("large"), new FakeCheckpoints.Draft(), (15 << 20) + 1);
        Path file = large.directory().adapter().resolve("large.safetensors");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] = 1;
        Files.write(file, content);

        assertThatThrownBy(() -> open(folder).put(large.directory(), large.verified()))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining("large.safetensors");

        try (S3Bucket bucket = new S3Bucket(settings)) {
            assertThat(bucket.size("blobs/sha256/" + large.sha256("adapter/large.safetensors")))
                    .isEmpty();
        }
    }

    @Test
    void aFetchedCopyThatWasAlteredIsFetchedAgain() throws IOException {
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("another"));
        ArtifactStore store = open(folder);
        store.put(checkpoint.directory(), checkpoint.verified());
        CheckpointDirectory fetched = store.fetch(checkpoint.artifactSha256()).orElseThrow();
        fetched.probes().toFile().setWritable(true);
        Files.writeString(fetched.probes(), "[]");

        assertThat(store.fetch(checkpoint.artifactSha256()).orElseThrow().verifyReleased())
                .isEqualTo(checkpoint.verified());
    }

    @Test
    void anObjectThatBreaksOffIsReadAgain() throws IOException {
        try (HeaderDroppingProxy proxy = HeaderDroppingProxy.startOneAtATime(S3MockServer.sharedUrl())
                        .breakOffFirst();
                S3Bucket bucket = new S3Bucket(S3MockServer.settings(proxy.url()))) {
            bucket.putIfAbsent("broken-off", "the whole of it".getBytes(StandardCharsets.UTF_8));

            assertThat(bucket.read("broken-off", 100).orElseThrow().content())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("the whole of it");
            assertThat(proxy.hasBrokenOff()).isTrue();
        }
    }

    @Test
    void aServiceThatIgnoresIfNoneMatchIsRefusedByName() throws IOException {
        try (HeaderDroppingProxy proxy = HeaderDroppingProxy.start(S3MockServer.sharedUrl(), "If-None-Match")) {
            StoreSettings careless = inBucket(S3MockServer.settings(proxy.url()));

            assertThatThrownBy(() -> ReleaseStore.open(careless))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(proxy.url())
                    .hasMessageContaining("does not honour If-None-Match");
        }
    }

    @Test
    void aServiceThatIgnoresIfMatchIsRefusedByName() throws IOException {
        try (HeaderDroppingProxy proxy = HeaderDroppingProxy.start(S3MockServer.sharedUrl(), "If-Match")) {
            StoreSettings careless = inBucket(S3MockServer.settings(proxy.url()));

            assertThatThrownBy(() -> ReleaseStore.open(careless))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("does not honour If-Match");
        }
    }

    @Test
    void aServiceThatHonoursBothIsTakenAndABucketThatIsNotThereIsNot() {
        ReleaseStore.open(inBucket(settings)).close();

        S3Settings elsewhere = new S3Settings(
                "no-such-bucket",
                settings.prefix(),
                settings.endpoint(),
                settings.region(),
                true,
                settings.credentials(),
                5,
                settings.callTimeout());
        assertThatThrownBy(() -> ReleaseStore.open(inBucket(elsewhere)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no-such-bucket");
    }

    private StoreSettings inBucket(S3Settings s3) {
        return new StoreSettings(null, s3, null, folder.resolve("replicas"), null, null);
    }
}
