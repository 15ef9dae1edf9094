package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.publisher.fake.FakeCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalArtifactStoreTest {

    @TempDir
    Path folder;

    private CheckpointDirectory source;
    private Verified verified;
    private LocalArtifactStore store;
    private Path root;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder.resolve("trainer"));
        source = checkpoints.directory(checkpoints.write(new FakeCheckpoints.Draft()));
        verified = source.verify();
        root = folder.resolve("store");
        store = new LocalArtifactStore(root);
    }

    @Test
    void storesUnderTheContentsNameAndReadOnly() throws IOException {
        CheckpointDirectory stored = store.put(source, verified);

        assertThat(stored.root()).isEqualTo(root.resolve("sha256").resolve(verified.artifactSha256()));
        assertThat(stored.verify()).isEqualTo(verified);
        assertThat(store.find(verified.artifactSha256())).contains(stored);
        assertThat(stored.adapterWeights().toFile().canWrite() && !isRoot()).isFalse();
        assertThat(entries()).containsExactly(verified.artifactSha256());
    }

    @Test
    void storingAgainChangesNothing() throws IOException {
        CheckpointDirectory first = store.put(source, verified);

        CheckpointDirectory second = store.put(source, verified);

        assertThat(second).isEqualTo(first);
        assertThat(entries()).containsExactly(verified.artifactSha256());
    }

    @Test
    void aCopyThatAKilledPublisherLeftIsRemovedAndAFreshOneIsNot() throws IOException {
        Path sha256 = root.resolve("sha256");
        Path abandoned = Files.createDirectories(sha256.resolve("aside-1").resolve("copy"));
        Files.writeString(abandoned.resolve("half"), "of a file");
        Path another = Files.createDirectory(sha256.resolve("aside-2"));
        Files.setLastModifiedTime(
                abandoned.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(1))));

        store = new LocalArtifactStore(root);

        assertThat(entries()).containsExactly(another.getFileName().toString());
    }

    @Test
    void aSourceThatChangedAfterItWasVerifiedIsNotStored() throws IOException {
        Files.writeString(source.batches(), "{}");

        assertThatThrownBy(() -> store.put(source, verified)).isInstanceOf(BrokenArtifactException.class);
        assertThat(entries()).isEmpty();
        assertThat(store.find(verified.artifactSha256())).isEmpty();
    }

    @Test
    void aStoredCopyThatWasAlteredIsNotGivenOut() throws IOException {
        CheckpointDirectory stored = store.put(source, verified);
        stored.adapterWeights().toFile().setWritable(true);
        byte[] weights = Files.readAllBytes(stored.adapterWeights());
        weights[weights.length - 1] ^= 1;
        Files.write(stored.adapterWeights(), weights);

        assertThatThrownBy(() -> store.put(source, verified))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining(stored.adapterWeights().toString());
    }

    @Test
    void aNameThatIsNoDigestIsNotFound() {
        assertThat(store.find("../..")).isEmpty();
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> listed = Files.list(root.resolve("sha256"))) {
            return listed.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** Who may write everything. */
    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
