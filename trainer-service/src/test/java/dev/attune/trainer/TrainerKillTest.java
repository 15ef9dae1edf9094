package dev.attune.trainer;

import static dev.attune.trainer.TrainerConfig.Approval.AUTOMATIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.embedded.ChildProcess;
import dev.attune.events.PreferencePair;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.trainer.batch.HeldOutRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The trainer as its own process, ended as a crash would. */
@ExtendWith(PlatformExtension.class)
class TrainerKillTest {
    private static final int PAIRS = 640;
    private static final int BATCH = 4;

    @TempDir
    private Path folder;

    @Test
    void aTrainerThatIsKilledTrainsEveryPairExactlyOnce(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            Path config = Files.writeString(folder.resolve("trainer.yaml"), bench.yaml(BATCH, 5));
            bench.send(Pairs.range(0, 300));

            // When it is killed hard, twice, each time in the middle of its work
            runUntilCheckpointAfter(bench, config, 0);
            bench.send(Pairs.range(300, 600));
            runUntilCheckpointAfter(bench, config, bench.chain().getLast().getStep());
            int trainedWhenKilled = bench.trainedPairs().size();
            bench.send(Pairs.range(600, PAIRS));

            // Then a third one ends with each pair trained once in what counts, and none missing
            try (ChildProcess trainer = start(config)) {
                bench.awaitCheckpoint(PAIRS / BATCH);
                trainer.stop(Duration.ofSeconds(10));
            }
            assertThat(trainedWhenKilled).isBetween(1, PAIRS - 1);
            List<String> expected = Pairs.range(0, PAIRS).stream()
                    .map(pair -> "+" + pair.getPairId())
                    .toList();
            assertThat(bench.trainedPairs()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aTrainerThatIsKilledEndsWithTheSameBits(Platform parts) throws Exception {
        // Given a fifth of the prompts held out, and all pairs in one order
        HeldOutRule rule = new HeldOutRule(0.2);
        List<PreferencePair> pairs = Pairs.range(0, 200);
        long trainable = pairs.stream()
                .filter(pair -> !rule.holdsOut(HeldOutRule.position(pair.getTenant(), pair.getPromptId())))
                .count();
        long steps = trainable / BATCH;
        try (TrainerFixture killed = new TrainerFixture(parts, folder.resolve("killed"));
                TrainerFixture whole = new TrainerFixture(parts, folder.resolve("whole"))) {
            Path config = Files.writeString(folder.resolve("killed.yaml"), killed.yaml(BATCH, 5, 0.2, AUTOMATIC));
            killed.sendInOrder(pairs.subList(0, 90));

            // When one is killed hard in the middle, and the other is not
            runUntilCheckpointAfter(killed, config, 0);
            killed.sendInOrder(pairs.subList(90, 200));
            try (ChildProcess trainer = start(config)) {
                killed.awaitCheckpoint(steps);
                trainer.stop(Duration.ofSeconds(10));
            }
            whole.sendInOrder(pairs);
            Path other = Files.writeString(folder.resolve("whole.yaml"), whole.yaml(BATCH, 1000, 0.2, AUTOMATIC));
            try (ChildProcess trainer = start(other)) {
                whole.awaitCheckpoint(steps);
                trainer.stop(Duration.ofSeconds(10));
            }

            // Then weights, moments, ledger, held-out slice and what the guards remember are the same
            assertThat(killed.trainedPairs()).isEqualTo(whole.trainedPairs());
            for (String file : List.of(
                    CheckpointDirectory.ADAPTER_WEIGHTS,
                    "state/optimizer.safetensors",
                    "state/ledger.bin",
                    "state/held-out.jsonl",
                    "state/trainer.json")) {
                assertThat(TrainerFixture.directory(killed.chain().getLast())
                                .root()
                                .resolve(file))
                        .hasSameBinaryContentAs(
                                TrainerFixture.directory(whole.chain().getLast())
                                        .root()
                                        .resolve(file));
            }
        }
    }

    private void runUntilCheckpointAfter(TrainerFixture bench, Path config, long step) {
        try (ChildProcess trainer = start(config)) {
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        assertThat(trainer.isAlive()).as(trainer.logTail(20)).isTrue();
                        return !bench.chain().isEmpty()
                                && bench.chain().getLast().getStep() > step;
                    });
            trainer.destroyForcibly();
        }
    }

    private ChildProcess start(Path config) {
        return ChildProcess.startMain(
                "the trainer",
                TrainerMain.class,
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--config", config.toString()),
                folder.resolve("trainer.log"));
    }
}
