package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    private static final String COMMITTED = "v000001-0123456789ab";
    private static final String ORPHAN = "v000002-0123456789ab";

    @TempDir
    private Path folder;

    @Test
    void aStagedCheckpointIsThereUnderItsNameAndNotBefore() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, "support");
        CheckpointDirectory staged = store.stage();
        Files.writeString(staged.manifest(), "{}");

        assertThat(store.directory(COMMITTED).root()).doesNotExist();
        CheckpointDirectory published = store.publish(staged, COMMITTED, Milestone.Listener.NOBODY);

        assertThat(published).isEqualTo(store.directory(COMMITTED));
        assertThat(published.manifest()).hasContent("{}");
        assertThat(staged.root()).doesNotExist();
    }

    @Test
    void twoTrainersMayComeToTheSameBytesAtOnceAndToNothingElse() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, "support");
        store.publish(stagedWithParent(store, COMMITTED), ORPHAN, Milestone.Listener.NOBODY);
        CheckpointDirectory same = stagedWithParent(store, COMMITTED);
        CheckpointDirectory other = stagedWithParent(store, ORPHAN);

        assertThat(store.publish(same, ORPHAN, Milestone.Listener.NOBODY)).isEqualTo(store.directory(ORPHAN));
        assertThat(same.root()).doesNotExist();
        assertThatThrownBy(() -> store.publish(other, ORPHAN, Milestone.Listener.NOBODY))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void whatAKilledTrainerLeftIsRemovedAndNothingElse() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, "support");
        store.publish(store.stage(), COMMITTED, Milestone.Listener.NOBODY);
        store.publish(stagedWithParent(store, COMMITTED), ORPHAN, Milestone.Listener.NOBODY);
        Path unfinished = store.stage().root();
        Path someoneElses = Files.writeString(folder.resolve("notes.txt"), "keep");

        new CheckpointStore(folder, "support").removeOrphans(Set.of(COMMITTED));

        assertThat(folder.resolve(COMMITTED)).exists();
        assertThat(someoneElses).exists();
        assertThat(folder.resolve(ORPHAN)).doesNotExist();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void whatGrewFromAnUnknownCheckpointIsNoLeftOver() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, "support");
        store.publish(stagedWithParent(store, COMMITTED), ORPHAN, Milestone.Listener.NOBODY);

        assertThatThrownBy(() -> store.removeOrphans(Set.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("knows neither it nor its parent " + COMMITTED);

        assertThat(folder.resolve(ORPHAN)).exists();
    }

    @Test
    void theFolderOfAnotherTrainerIsRefused() throws IOException {
        new CheckpointStore(folder, "model support of tenant acme");

        assertThatThrownBy(() -> new CheckpointStore(folder, "model sales of tenant acme"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("checkpoint.directory")
                .hasMessageContaining("holds the checkpoints of model support of tenant acme");
    }

    private static CheckpointDirectory stagedWithParent(CheckpointStore store, String parent) throws IOException {
        CheckpointDirectory staged = store.stage();
        String digest = "0".repeat(64);
        staged.writeManifest(new CheckpointManifest(
                CheckpointManifest.FORMAT,
                ArtifactKind.ADAPTER,
                "support",
                2,
                parent,
                new CheckpointManifest.Base("base", digest),
                digest,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Instant.EPOCH));
        return staged;
    }
}
