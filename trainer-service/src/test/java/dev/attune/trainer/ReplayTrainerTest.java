package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.PreferencePair;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pairs that are trained again beside fresh ones, on a real broker, registry and engine. */
@ExtendWith(PlatformExtension.class)
class ReplayTrainerTest {
    private static final ReplaySettings HALF = new ReplaySettings(0.5, 6);

    @TempDir
    private Path folder;

    @Test
    void aStopAndAStartMakeTheSameDrawsAndNoBitOfTheResultDiffers(Platform parts) throws Exception {
        List<PreferencePair> pairs = Pairs.range(0, 24);
        try (TrainerFixture whole = new TrainerFixture(parts, folder.resolve("whole"));
                TrainerFixture broken = new TrainerFixture(parts, folder.resolve("broken"))) {
            whole.sendInOrder(pairs);
            try (TrainerService _ = TrainerService.start(TrainerConfigs.replaying(whole.config(6), HALF))) {
                whole.awaitCheckpoint(6);
            }

            // When it is stopped after the third step, with pairs waiting
            broken.sendInOrder(pairs.subList(0, 14));
            try (TrainerService _ = TrainerService.start(TrainerConfigs.replaying(broken.config(3), HALF))) {
                broken.awaitCheckpoint(3);
            }
            broken.sendInOrder(pairs.subList(14, 24));
            try (TrainerService _ = TrainerService.start(TrainerConfigs.replaying(broken.config(3), HALF))) {
                broken.awaitCheckpoint(6);
            }

            // Then draws, buffer, weights and moments are the same, and the ledger has every pair once
            assertThat(replayed(broken)).isEqualTo(replayed(whole));
            assertThat(replayed(whole)).extracting(List::size).containsExactly(0, 4, 4, 4, 4, 4);
            assertThat(replayed(whole).get(1)).containsExactlyInAnyOrder("p0", "p1", "p2", "p3");
            assertThat(whole.trainedPairs()).hasSize(24).doesNotHaveDuplicates();
            for (String file : List.of(
                    CheckpointDirectory.ADAPTER_WEIGHTS,
                    "state/optimizer.safetensors",
                    "state/ledger.bin",
                    "state/replay.jsonl",
                    "state/trainer.json")) {
                assertThat(newest(broken).resolve(file))
                        .hasSameBinaryContentAs(newest(whole).resolve(file));
            }
            assertThat(Files.readAllLines(newest(whole).resolve("state/replay.jsonl")))
                    .hasSize(6);

            // And what replayed pairs showed is beside the fresh ones' figures, not among the checkpoint's
            Map<String, Double> metrics = whole.batches().get(1).metrics();
            assertThat(metrics).containsKeys("loss", "replay/loss").containsEntry("replay/pairs", 4.0);
            assertThat(whole.chain().getLast().getEvaluation())
                    .containsKey("loss")
                    .doesNotContainKey("replay/loss");
        }
    }

    @Test
    void whatIsRetractedOrFlippedIsNotReplayed(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            TrainerConfig config = TrainerConfigs.replaying(bench.config(1), HALF);
            bench.sendInOrder(Pairs.range(0, 4));
            try (TrainerService _ = TrainerService.start(config)) {
                bench.awaitCheckpoint(1);
            }
            bench.sendInOrder(List.of(Pairs.retracted(Pairs.pair("p0"), 2), Pairs.flipped(Pairs.pair("p1"), 2)));
            bench.sendInOrder(Pairs.range(4, 7));
            try (TrainerService _ = TrainerService.start(config)) {
                bench.awaitCheckpoint(2);
            }

            assertThat(replayed(bench).getLast()).containsExactlyInAnyOrder("p2", "p3");
            assertThat(bench.trainedPairs()).containsExactly("+p0", "+p1", "+p2", "+p3", "-p1", "+p4", "+p5", "+p6");
        }
    }

    private static List<List<String>> replayed(TrainerFixture bench) throws Exception {
        return bench.batches().stream()
                .map(batch -> batch.replayed().stream()
                        .map(TrainedBatch.Replayed::pairId)
                        .toList())
                .toList();
    }

    private static Path newest(TrainerFixture bench) {
        return TrainerFixture.directory(bench.chain().getLast()).root();
    }
}
