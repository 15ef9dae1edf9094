package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
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
