package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.trainer.Pairs;
import dev.attune.trainer.batch.Direction;
import dev.attune.trainer.batch.ExampleKey;
import dev.attune.trainer.batch.TrainedExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFilesTest {
    private static final String BASE = "state/ledger-base.bin";
    private static final String RECENT = "state/ledger.bin";
    /** More than are kept apart from the rest. */
    private static final int MANY = 20_000;

    private static final Duration KEEP_FOR = Duration.ofDays(100);

    private final TrainedExamples ledger = new TrainedExamples();

    @TempDir
    private Path folder;

    @Test
    void aLedgerComesBackAsItWas() throws IOException {
        train(0, MANY);
        ledger.advance(KEEP_FOR, Pairs.SERVED_AT, Optional.empty());
        train(MANY, MANY + 10);
        ledger.trained(key(3), 9, Direction.REVERSED, Pairs.SERVED_AT);

        CheckpointDirectory written = checkpoint("one", null);
        TrainedExamples read = LedgerFiles.read(written);

        assertThat(read.horizon()).isEqualTo(ledger.horizon());
        assertThat(read.base().size()).isEqualTo(MANY);
        assertThat(read.recent().size()).isEqualTo(11);
        assertThat(read.isTrained(key(3), Direction.FORWARD)).isTrue();
        assertThat(read.isTrained(key(3), Direction.REVERSED)).isTrue();
        assertThat(read.isSettled(key(3), 9)).isTrue();
        assertThat(read.isTrained(key(MANY + 9), Direction.FORWARD)).isTrue();
        assertThat(read.isKnown(key(MANY + 10))).isFalse();
        // 32 bytes a pair, and the header
        assertThat(Files.size(written.root().resolve(BASE))).isEqualTo(32L * MANY + 48);
    }

    @Test
    void whatHasNotChangedIsTheParentsOwnFile() throws IOException {
        // Given a checkpoint that wrote everything anew
        train(0, MANY);
        ledger.advance(KEEP_FOR, Pairs.SERVED_AT, Optional.empty());
        CheckpointDirectory parent = checkpoint("parent", null);

        // When ten pairs more are trained
        train(MANY, MANY + 10);
        assertThat(ledger.advance(KEEP_FOR, Pairs.SERVED_AT, Optional.empty())).isFalse();
        CheckpointDirectory child = checkpoint("child", parent);

        // Then ten are written; the manifest is right, and the child needs no parent
        assertThat(Files.size(child.root().resolve(RECENT))).isEqualTo(32 * 10 + 48);
        assertThat(Files.getAttribute(child.root().resolve(BASE), "unix:ino"))
                .isEqualTo(Files.getAttribute(parent.root().resolve(BASE), "unix:ino"));
        assertThat(manifest(child).files()).isEqualTo(child.describeFiles());
        CheckpointStore.delete(parent.root());
        assertThat(LedgerFiles.read(child).isTrained(key(1), Direction.FORWARD)).isTrue();
    }

    @Test
    void theSameLedgerIsTheSameFileWhateverTheOrder() throws IOException {
        TrainedExamples reverse = new TrainedExamples();
        train(0, 1_000);
        for (int i = 999; i >= 0; i--) {
            reverse.trained(key(i), 1, Direction.FORWARD, Pairs.SERVED_AT);
        }
        CheckpointDirectory one = staged("one");
        CheckpointDirectory other = staged("other");

        LedgerFiles.write(one, ledger, Optional.empty());
        LedgerFiles.write(other, reverse, Optional.empty());

        assertThat(one.root().resolve(RECENT))
                .hasSameBinaryContentAs(other.root().resolve(RECENT));
    }

    @Test
    void aFileThatIsNoLedgerIsNamed() throws IOException {
        train(0, 2);
        CheckpointDirectory written = checkpoint("one", null);
        Path file = written.root().resolve(RECENT);
        byte[] whole = Files.readAllBytes(file);

        // The two entries change places.
        byte[] swapped = whole.clone();
        System.arraycopy(whole, 48, swapped, 80, 32);
        System.arraycopy(whole, 80, swapped, 48, 32);
        Files.write(file, swapped);
        assertThatThrownBy(() -> LedgerFiles.read(written))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": is no ledger: entries must be in the order of their hashes, each once");
        Files.writeString(file, "attune-ledger 3\n");
        assertThatThrownBy(() -> LedgerFiles.read(written)).hasMessageContaining("does not begin with");
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> LedgerFiles.read(written)).hasMessageContaining("says that it has 2 entries");
    }

    private void train(int from, int to) {
        for (int i = from; i < to; i++) {
            ledger.trained(key(i), 1, Direction.FORWARD, Pairs.SERVED_AT);
        }
    }

    private static ExampleKey key(int i) {
        return new ExampleKey(Pairs.TENANT, "p" + i);
    }

    private CheckpointDirectory staged(String name) throws IOException {
        CheckpointDirectory checkpoint = new CheckpointDirectory(folder.resolve(name));
        Files.createDirectories(CheckpointFiles.state(checkpoint));
        return checkpoint;
    }

    private CheckpointDirectory checkpoint(String name, @Nullable CheckpointDirectory parent) throws IOException {
        CheckpointDirectory checkpoint = staged(name);
        Map<String, FileEntry> linked = LedgerFiles.write(checkpoint, ledger, Optional.ofNullable(parent));
        assertThat(linked.keySet()).isEqualTo(parent == null ? Set.of() : Set.of(BASE));
        checkpoint.writeManifest(new CheckpointManifest(
                CheckpointManifest.FORMAT,
                ArtifactKind.ADAPTER,
                "support",
                1,
                null,
                new CheckpointManifest.Base("base", "0".repeat(64)),
                "0".repeat(64),
                new TreeMap<>(),
                checkpoint.describeFiles(linked),
                new TreeMap<>(),
                Instant.EPOCH));
        return checkpoint;
    }

    private static CheckpointManifest manifest(CheckpointDirectory checkpoint) throws IOException {
        return CheckpointManifest.parse(checkpoint.manifest(), Files.readAllBytes(checkpoint.manifest()));
    }
}
