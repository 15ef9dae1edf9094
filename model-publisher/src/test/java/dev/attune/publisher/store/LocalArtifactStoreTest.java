package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LocalArtifactStoreTest extends ArtifactStoreContract {

    @Override
    ArtifactStore open(Path folder) throws IOException {
        return new LocalArtifactStore(folder.resolve("store"));
    }

    @Override
    void tamper(StoredCheckpoint stored, String path) throws IOException {
        alter(sha256().resolve(stored.artifactSha256()).resolve(path));
    }

    private static void alter(Path file) throws IOException {
        file.toFile().setWritable(true);
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
    }

    @Test
    void whatIsStoredIsReadOnly() throws IOException {
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("another"));
        ArtifactStore store = open(folder);
        store.put(checkpoint.directory(), checkpoint.verified());

        CheckpointDirectory stored = store.fetch(checkpoint.artifactSha256()).orElseThrow();

        assertThat(stored.root()).isEqualTo(sha256().resolve(checkpoint.artifactSha256()));
        // Root may write everything.
        assertThat(Files.getPosixFilePermissions(stored.adapterWeights()).toString())
                .doesNotContain("WRITE");
    }

    /** Replicas are asked every few seconds whether they have it: it is not read each time, but an altered file is seen. */
    @Test
    void aStoreThatHasVerifiedACopySeesThatItWasAlteredLater() throws IOException {
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("another"));
        ArtifactStore store = open(folder);
        store.put(checkpoint.directory(), checkpoint.verified());
        store.fetch(checkpoint.artifactSha256());

        tamper(checkpoint, CheckpointDirectory.PROBES);

        assertThatThrownBy(() -> store.fetch(checkpoint.artifactSha256()))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining(CheckpointDirectory.PROBES);
        assertThatThrownBy(() -> store.put(checkpoint.directory(), checkpoint.verified()))
                .isInstanceOf(BrokenArtifactException.class);
    }

    @Test
    void aCopyThatAKilledPublisherLeftIsRemovedAndAFreshOneIsNot() throws IOException {
        Path abandoned = Files.createDirectories(sha256().resolve("aside-1").resolve("copy"));
        Files.writeString(abandoned.resolve("half"), "of a file");
        Path another = Files.createDirectory(sha256().resolve("aside-2"));
        Files.setLastModifiedTime(
                abandoned.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(1))));

        open(folder);

        try (Stream<Path> left = Files.list(sha256())) {
            assertThat(left.toList()).isEqualTo(List.of(another));
        }
    }

    private Path sha256() {
        return folder.resolve("store").resolve("sha256");
    }
}
