package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of store keeps to. */
abstract class ArtifactStoreContract {

    private static final String KEY = "1".repeat(64);
    private static final String OTHER_KEY = "2".repeat(64);

    @TempDir
    Path folder;

    private final List<ArtifactStore> opened = new ArrayList<>();
    private StoredCheckpoint checkpoint;
    private ArtifactStore store;

    /** Opens the one store of this test, as another process would. */
    abstract ArtifactStore open(Path folder) throws IOException;

    /** Alters what the store itself holds of a file. */
    abstract void tamper(StoredCheckpoint stored, String path) throws IOException;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        checkpoint = StoredCheckpoint.write(folder.resolve("trainer"));
        store = another();
    }

    @AfterEach
    void close() {
        opened.forEach(ArtifactStore::close);
    }

    private ArtifactStore another() throws IOException {
        ArtifactStore another = open(folder);
        opened.add(another);
        return another;
    }

    @Test
    void whatIsStoredIsFetchedAsItWasWithoutTheTrainersState() throws IOException {
        store.put(checkpoint.directory(), checkpoint.verified());

        CheckpointDirectory fetched =
                another().fetch(checkpoint.artifactSha256()).orElseThrow();

        assertThat(fetched.verifyReleased()).isEqualTo(checkpoint.verified());
        assertThat(fetched.root()).startsWith(store.folder());
        assertThat(Files.readAllBytes(fetched.adapterWeights()))
                .isEqualTo(Files.readAllBytes(checkpoint.directory().adapterWeights()));
        assertThat(fetched.root().resolve(StoredCheckpoint.STATE)).doesNotExist();
        assertThat(store.fetch(checkpoint.artifactSha256())).contains(fetched);
    }

    @Test
    void storingAgainChangesNothing() throws IOException {
        store.put(checkpoint.directory(), checkpoint.verified());
        store.put(checkpoint.directory(), checkpoint.verified());

        assertThat(another().fetch(checkpoint.artifactSha256())).isPresent();
        assertThat(folders()).containsExactly(checkpoint.artifactSha256());
    }

    @Test
    void manyMayStoreAndFetchTheSameAtOnce() throws Exception {
        List<Future<CheckpointDirectory>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                ArtifactStore one = i % 2 == 0 ? store : another();
                results.add(threads.submit(() -> {
                    one.put(checkpoint.directory(), checkpoint.verified());
                    return one.fetch(checkpoint.artifactSha256()).orElseThrow();
                }));
            }
        }

        for (Future<CheckpointDirectory> result : results) {
            assertThat(result.get().verifyReleased()).isEqualTo(checkpoint.verified());
        }
        assertThat(folders()).containsExactly(checkpoint.artifactSha256());
    }

    @Test
    void whatWasNotStoredIsNotFound() throws IOException {
        assertThat(store.fetch("0".repeat(64))).isEmpty();
        assertThat(store.fetch("../..")).isEmpty();
    }

    /** The last file is not what it was: the others are in the store by then. */
    @Test
    void aPutThatIsCutOffLeavesNothingVisible() throws IOException {
        Path last = checkpoint.directory().probes();
        byte[] probes = Files.readAllBytes(last);
        byte[] altered = probes.clone();
        altered[altered.length / 2] ^= 1;
        Files.write(last, altered);

        assertThatThrownBy(() -> store.put(checkpoint.directory(), checkpoint.verified()))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining("probes.json");

        assertThat(another().fetch(checkpoint.artifactSha256())).isEmpty();
        assertThat(folders()).isEmpty();

        Files.write(last, probes);
        store.put(checkpoint.directory(), checkpoint.verified());
        assertThat(another().fetch(checkpoint.artifactSha256())).isPresent();
    }

    @Test
    void whatWasAlteredInTheStoreIsNotGivenOut() throws IOException {
        store.put(checkpoint.directory(), checkpoint.verified());
        tamper(checkpoint, CheckpointDirectory.ADAPTER_WEIGHTS);

        assertThatThrownBy(() -> another().fetch(checkpoint.artifactSha256()))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageContaining(CheckpointDirectory.ADAPTER_WEIGHTS);
    }

    @Test
    void aSignatureStaysAndEachKeyHasItsOwn() throws IOException {
        store.put(checkpoint.directory(), checkpoint.verified());
        assertThat(store.signature(checkpoint.artifactSha256(), KEY)).isEmpty();

        store.attachSignature(checkpoint.artifactSha256(), KEY, text("first"));
        store.attachSignature(checkpoint.artifactSha256(), KEY, text("again"));
        store.attachSignature(checkpoint.artifactSha256(), OTHER_KEY, text("other"));

        assertThat(another().signature(checkpoint.artifactSha256(), KEY)).contains(text("first"));
        assertThat(another().signature(checkpoint.artifactSha256(), OTHER_KEY)).contains(text("other"));
        assertThat(another().fetch(checkpoint.artifactSha256())).isPresent();
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> listed = Files.list(store.folder().resolve("sha256"))) {
            return listed.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
