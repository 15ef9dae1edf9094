package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.events.CheckpointCommitted;
import dev.attune.trainer.batch.Direction;
import dev.attune.trainer.batch.ExampleKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredTest {
    @TempDir
    private Path folder;

    private Path state;

    @BeforeEach
    void writeWhatEveryReleaseWrote() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        Files.writeString(state.resolve("trained-pairs.txt"), "attune-trained-pairs 1\n1 + acme/p0\n");
    }

    @Test
    void aCheckpointFromBeforeReplayAndRefreshHasNeither() throws IOException {
        Files.writeString(state.resolve("trainer.json"), """
                {"format": 2, "positions": {"0": 12}, "pairsTrained": 1,
                 "guards": {"window": [], "skipsInARow": 0, "bestAccuracy": null}}
                """);

        Restored restored = read();

        assertThat(restored.replay()).isEmpty();
        assertThat(restored.state().replay()).isNull();
        assertThat(restored.reference()).isEmpty();
        assertThat(restored.trained().isTrained(new ExampleKey("acme", "p0"), Direction.FORWARD))
                .isTrue();
    }

    @Test
    void aReferenceThatShouldBeThereAndIsNotIsNamed() throws IOException {
        Files.writeString(state.resolve("trainer.json"), """
                {"format": 4, "positions": {"0": 12}, "pairsTrained": 1,
                 "guards": {"window": [], "skipsInARow": 0, "bestAccuracy": null}, "replay": {"seed": 0, "seen": 1},
                 "referenceMoved": true}
                """);

        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("reference: is missing");
        Path reference = Files.createDirectory(state.resolve("reference"));
        assertThat(read().reference()).contains(reference);
    }

    @Test
    void aBufferThatCannotBeReadIsNamed() throws IOException {
        Files.writeString(state.resolve("trainer.json"), """
                {"format": 4, "positions": {"0": 12}, "pairsTrained": 1,
                 "guards": {"window": [], "skipsInARow": 0, "bestAccuracy": null}, "replay": {"seed": 0, "seen": 1},
                 "referenceMoved": false}
                """);
        Files.writeString(state.resolve("replay.jsonl"), "{\"tenant\": \"acme\"}\n");

        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("replay.jsonl: is no pair or answer to be kept");
    }

    private Restored read() throws IOException {
        Instant now = Instant.parse("2026-11-01T10:00:00Z");
        CheckpointManifest manifest = new CheckpointManifest(
                CheckpointManifest.FORMAT,
                ArtifactKind.ADAPTER,
                "support",
                1,
                null,
                new CheckpointManifest.Base("base", "0".repeat(64)),
                "0".repeat(64),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                now);
        CheckpointCommitted commit = CheckpointCommitted.newBuilder()
                .setEventId("e")
                .setTenant("acme")
                .setVersion("v000001-0123456789ab")
                .build();
        return Restored.read(commit, new CheckpointDirectory(folder), manifest);
    }
}
