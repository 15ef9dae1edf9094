package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.trainer.batch.ReplayState;
import dev.attune.trainer.guard.GuardState;
import dev.attune.trainer.guard.StepObservation;
import dev.attune.trainer.release.PromotedRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerStateTest {
    private static final PromotedRelease RELEASE =
            new PromotedRelease("v000002-aaaaaaaaaaaa", "sha256:" + "a".repeat(64));

    @TempDir
    private Path folder;

    @Test
    void itIsTheSameAfterWritingAndReading() throws IOException {
        GuardState guards = new GuardState(List.of(new StepObservation(0.5, -0.1, 4.0, 3.0)), 1, 0.8);
        TrainerState state =
                new TrainerState(TrainerState.FORMAT, Map.of(0, 12L), 8, guards, new ReplayState(7, 8), true, RELEASE);

        state.write(folder.resolve("trainer.json"));

        assertThat(TrainerState.read(folder.resolve("trainer.json"))).isEqualTo(state);
    }

    @Test
    void earlierFormatsAreRead() throws IOException {
        TrainerState first = read("{\"format\": 1, \"positions\": {\"0\": 12}, \"pairsTrained\": 8}");
        TrainerState second = read("""
                {"format": 2, "positions": {"0": 12}, "pairsTrained": 8,
                 "guards": {"window": [], "skipsInARow": 2, "bestAccuracy": null}}
                """);

        TrainerState third = read("""
                {"format": 3, "positions": {"0": 12}, "pairsTrained": 8,
                 "guards": {"window": [], "skipsInARow": 2, "bestAccuracy": null}, "replay": {"seed": 7, "seen": 8}}
                """);
        TrainerState fourth = read("""
                {"format": 4, "positions": {"0": 12}, "pairsTrained": 8,
                 "guards": {"window": [], "skipsInARow": 2, "bestAccuracy": null}, "replay": null, "referenceMoved": true}
                """);

        assertThat(first).isEqualTo(new TrainerState(1, Map.of(0, 12L), 8, GuardState.START, null, false, null));
        assertThat(second)
                .isEqualTo(
                        new TrainerState(2, Map.of(0, 12L), 8, new GuardState(List.of(), 2, null), null, false, null));
        assertThat(third)
                .isEqualTo(new TrainerState(
                        3, Map.of(0, 12L), 8, new GuardState(List.of(), 2, null), new ReplayState(7, 8), false, null));
        assertThat(fourth)
                .isEqualTo(
                        new TrainerState(4, Map.of(0, 12L), 8, new GuardState(List.of(), 2, null), null, true, null));
    }

    @Test
    void aLaterFormatIsRefusedByName() {
        assertThatThrownBy(
                        () -> read(
                                "{\"format\": 99, \"positions\": {}, \"pairsTrained\": 8, \"guards\":"
                                        + " {\"window\": [], \"skipsInARow\": 2, \"bestAccuracy\": null}, \"replay\": null, \"referenceMoved\": false, \"release\": null}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("trainer.json")
                .hasMessageContaining("format 99");
    }

    private TrainerState read(String json) throws IOException {
        return TrainerState.read(Files.writeString(folder.resolve("trainer.json"), json));
    }
}
