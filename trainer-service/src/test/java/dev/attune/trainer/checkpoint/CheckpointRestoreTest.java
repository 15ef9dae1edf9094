package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.batch.TrainedExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two committed checkpoints, and damage to the newer one. */
class CheckpointRestoreTest {
    private static final String DIGEST = "0".repeat(64);

    @TempDir
    private Path folder;

    private CheckpointStore store;
    private CheckpointCommitted first;
    private CheckpointCommitted second;
    private final List<String> refused = new ArrayList<>();

    @BeforeEach
    void writeTwoCheckpoints() throws IOException {
        store = new CheckpointStore(folder, "support");
        first = checkpoint(1, null);
        second = checkpoint(2, first.getVersion());
    }

    @Test
    void theNewestIsUsedWhereItIsWhole() {
        assertThat(find(second, first)).isEqualTo(second.getVersion());
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adapter/adapter_model.safetensors",
                "adapter/adapter_config.json",
                "batches.jsonl",
                "probes.json",
                "state/optimizer.safetensors",
                "state/ledger.bin",
                "state/trainer.json"
            })
    void aFileThatIsCutOffEditedOrMissingSendsItToTheParent(String path) throws IOException {
        Path file = store.directory(second.getVersion()).root().resolve(path);
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThat(find(second, first)).isEqualTo(first.getVersion());
        byte[] edited = whole.clone();
        edited[0] ^= 1;
        Files.write(file, edited);
        assertThat(find(second, first)).isEqualTo(first.getVersion());
        Files.delete(file);
        assertThat(find(second, first)).isEqualTo(first.getVersion());

        assertThat(refused).hasSize(3).allMatch(why -> why.startsWith(second.getVersion() + ": " + file));
        assertThat(refused.get(0)).endsWith("bytes, the manifest says " + whole.length);
        assertThat(refused.get(1)).contains("has SHA-256 ");
        assertThat(refused.get(2)).endsWith("is missing");
    }

    @Test
    void anEditedManifestIsNotTheOneThatWasCommitted() throws IOException {
        Path manifest = store.directory(second.getVersion()).manifest();
        Files.writeString(manifest, Files.readString(manifest).replace("\"step\" : 2", "\"step\" : 3"));

        assertThat(find(second, first)).isEqualTo(first.getVersion());
        assertThat(refused)
                .singleElement()
                .asString()
                .endsWith("is another one than was committed, whose digest is " + second.getArtifactDigest());
    }

    @Test
    void aWholeDirectoryThatIsGoneSendsItToTheParent() throws IOException {
        CheckpointStore.delete(store.directory(second.getVersion()).root());

        assertThat(find(second, first)).isEqualTo(first.getVersion());
        assertThat(refused).singleElement().asString().endsWith("manifest.json: is missing");
    }

    @Test
    void withNoneLeftAPersonHasToDecide() throws IOException {
        Files.delete(store.directory(second.getVersion()).probes());
        Files.delete(store.directory(first.getVersion()).probes());

        assertThatThrownBy(() -> find(second, first))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "no usable checkpoint of the 2 that were committed, the newest is " + second.getVersion());
        assertThat(refused).hasSize(2);
    }

    private String find(CheckpointCommitted... lineage) {
        return new CheckpointRestore(store, (version, why) -> refused.add(version + ": " + why))
                .find(List.of(lineage))
                .orElseThrow()
                .commit()
                .getVersion();
    }

    private CheckpointCommitted checkpoint(long step, @Nullable String parent) throws IOException {
        CheckpointDirectory staged = store.stage();
        Files.createDirectory(staged.adapter());
        Files.createDirectory(CheckpointFiles.state(staged));
        Files.writeString(staged.adapterConfig(), "configuration " + step);
        Files.writeString(staged.adapterWeights(), "weights " + step);
        Files.writeString(staged.probes(), "probes " + step);
        Files.writeString(staged.batches(), "batches " + step);
        Files.writeString(CheckpointFiles.optimizer(staged), "moments " + step);
        LedgerFiles.write(staged, new TrainedExamples(), Optional.empty());
        TrainerState.START.write(CheckpointFiles.trainer(staged));
        String sha256 = staged.writeManifest(new CheckpointManifest(
                CheckpointManifest.FORMAT,
                ArtifactKind.ADAPTER,
                "support",
                step,
                parent,
                new CheckpointManifest.Base("base", DIGEST),
                DIGEST,
                new TreeMap<>(),
                staged.describeFiles(),
                new TreeMap<>(),
                Instant.EPOCH));
        String version = CheckpointVersion.of(step, sha256).toString();
        store.publish(staged, version, Milestone.Listener.NOBODY);
        return CheckpointCommitted.newBuilder()
                .setEventId(version)
                .setTenant("acme")
                .setModelId("support")
                .setVersion(version)
                .setParent(parent)
                .setStep(step)
                .setArtifactDigest(Digests.prefixed(sha256))
                .build();
    }
}
