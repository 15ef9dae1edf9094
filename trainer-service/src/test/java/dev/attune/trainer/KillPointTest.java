package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.embedded.ChildProcess;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CheckpointKind;
import dev.attune.events.PreferencePair;
import dev.attune.kit.ConfigFile;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.trainer.checkpoint.Milestone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The trainer as its own process, killed with SIGKILL at each point of its work: what comes out is the same to the bit, with
 * pairs that are replayed and a reference that follows with each checkpoint.
 */
@ExtendWith(PlatformExtension.class)
class KillPointTest {
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final List<PreferencePair> PAIRS = Pairs.range(0, 24);
    private static final int BATCH = 4;
    private static final int STEPS = 6;
    /** Checkpoints at steps 2, 4 and 6; killed with the first one committed and the third step in the journal. */
    private static final int EVERY_STEPS = 2;

    private static final int KILLED_AFTER_STEPS = 3;

    private static List<String> unbroken = List.of();

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainWithoutAKill(Platform parts, @TempDir Path folder) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            bench.sendInOrder(PAIRS);
            unbroken = finish(bench, config(folder, bench));
        }
    }

    @ParameterizedTest(name = "killed at {0}")
    @EnumSource(
            value = Milestone.class,
            mode = Mode.EXCLUDE,
            names = {"STEP_REPLAYED", "RELEASE_JOURNALLED"})
    void aKillAtAnyPointChangesNoBit(Milestone point, Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            Path config = config(folder, bench);
            // Reading pauses only once everything was read: with all pairs there, no poll comes between the steps.
            bench.sendInOrder(point == Milestone.POLLED ? PAIRS.subList(0, 14) : PAIRS);

            killAt(point, KILLED_AFTER_STEPS, config);
            assertThat(bench.chain().getLast().getStep()).isLessThan(STEPS);
            if (point == Milestone.POLLED) {
                bench.sendInOrder(PAIRS.subList(14, 24));
            }

            assertThat(finish(bench, config)).isEqualTo(unbroken);
        }
    }

    @Test
    void aKillWhereAllWeightsLearnChangesNoBit(Platform parts) throws Exception {
        // Given
        List<PreferencePair> pairs = PAIRS.subList(0, 16);
        List<String> whole;
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("whole"))) {
            bench.sendInOrder(pairs);
            whole = finish(bench, config(bench, "whole.yaml", "parameters: full"), 4);
        }

        // When killed in the second checkpoint, with the first one's weights, moments and reference to go on from
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("killed"))) {
            Path config = config(bench, "killed.yaml", "parameters: full");
            bench.sendInOrder(pairs);
            killAt(Milestone.CHECKPOINT_BEGUN, KILLED_AFTER_STEPS, config);
            assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(2L);

            // Then
            assertThat(finish(bench, config, 4)).isEqualTo(whole).noneMatch(digest -> digest.endsWith("none"));
        }
    }

    @Test
    void twoKillsOnSingleAnswersChangeNoBit(Platform parts) throws Exception {
        // Given single answers of which a part is held out, beside replay and a reference that follows
        List<String> whole;
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("whole"))) {
            bench.sendSingles(Singles.range(0, 24));
            whole = finish(bench, configOfSingles(bench, "whole.yaml"), 4);
        }

        // When killed with two steps in the journal alone, and again in the second checkpoint
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("killed"))) {
            Path config = configOfSingles(bench, "killed.yaml");
            bench.sendSingles(Singles.range(0, 24));
            killAt(Milestone.STEP_TAKEN, KILLED_AFTER_STEPS, config);
            killAt(Milestone.CHECKPOINT_FORCED, 0, config);
            assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(2L);

            // Then
            assertThat(finish(bench, config, 4)).isEqualTo(whole).noneMatch(digest -> digest.endsWith("none"));
            assertThat(bench.trainedPairs())
                    .startsWith("+c0", "-c2", "+c3")
                    .hasSize(16)
                    .doesNotHaveDuplicates();
            assertThat(bench.batches().get(1).metrics()).containsEntry("replay/answers", 4.0);
            assertThat(bench.chain().getLast().getEvaluation()).containsKeys("eval_loss", "eval_kl/anchor");
        }
    }

    private Path configOfSingles(TrainerFixture bench, String name) throws IOException {
        Path config = config(bench, name, "loss: kto");
        return Files.writeString(
                config, Files.readString(config).replace("heldOut: {share: 0.0", "heldOut: {share: 0.3"));
    }

    /** @param learning one more setting of it */
    private Path config(TrainerFixture bench, String name, String learning) throws IOException {
        Path config = config(folder, bench);
        String yaml = Files.readString(config).replace("alpha: 4,", "alpha: 4, " + learning + ",");
        return Files.writeString(folder.resolve(name), yaml);
    }

    @Test
    void aSecondKillInTheMiddleOfTheReplayChangesNoBit(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            Path config = config(folder, bench);
            bench.sendInOrder(PAIRS);

            killAt(Milestone.CHECKPOINT_FORCED, KILLED_AFTER_STEPS, config);
            killAt(Milestone.STEP_REPLAYED, 0, config);

            assertThat(finish(bench, config)).isEqualTo(unbroken);
        }
    }

    @Test
    void batchesThatTimeHasComposedAreTheSameAfterAKill(Platform parts) throws Exception {
        // Given batches of three and two, because so many had come within the time, and a revision that came too late
        List<String> killed;
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("killed"))) {
            Path config = configByTime(bench, "killed.yaml");
            try (ChildProcess trainer = start(Milestone.STEP_TAKEN, 1, config)) {
                sendInTwoBatches(bench);
                awaitMarker(trainer);
                trainer.destroyForcibly();
            }
            assertThat(bench.chain()).isEmpty();

            // When the trainer is started again, with a pair more that would have made the second batch larger
            bench.sendInOrder(PAIRS.subList(5, 6));
            killed = finish(bench, config, 3);
            assertThat(bench.batches())
                    .extracting(batch -> batch.pairs().size())
                    .containsExactly(3, 2, 1);
        }

        // Then it is as if it had never been killed
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("whole"))) {
            Path config = configByTime(bench, "whole.yaml");
            try (TrainerService _ = TrainerService.start(ConfigFile.load(config, TrainerConfig.class))) {
                sendInTwoBatches(bench);
                awaitJournalled(bench, 2);
                bench.sendInOrder(PAIRS.subList(5, 6));
                bench.awaitCheckpoint(3);
            }
            assertThat(result(bench)).isEqualTo(killed);
        }
    }

    @Test
    void aCheckpointThatTimeHasDecidedIsTakenThereAgainAfterAKill(Platform parts) throws Exception {
        // Given a checkpoint after two steps, because they were a second old, and a reference that moves with it
        List<String> killed;
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("killed"))) {
            Path config = configOfOldAge(bench, "killed.yaml");
            bench.sendInOrder(PAIRS.subList(0, 8));
            killAt(Milestone.CHECKPOINT_FORCED, 2, config);
            assertThat(bench.chain()).isEmpty();

            // When the trainer is started again with a third batch waiting
            bench.sendInOrder(PAIRS.subList(8, 12));
            killed = finish(bench, config, 3);
            assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(2L, 3L);
        }

        // Then it is as if it had never been killed
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("whole"))) {
            Path config = configOfOldAge(bench, "whole.yaml");
            bench.sendInOrder(PAIRS.subList(0, 8));
            try (TrainerService _ = TrainerService.start(ConfigFile.load(config, TrainerConfig.class))) {
                bench.awaitCheckpoint(2);
                bench.sendInOrder(PAIRS.subList(8, 12));
                bench.awaitCheckpoint(3);
            }
            assertThat(result(bench)).isEqualTo(killed);
        }
    }

    @Test
    void whatIsRetractedInTheMiddleIsReplayedUntilThenAndNotAfterAKill(Platform parts) throws Exception {
        // Given p0, replayed in the second step and retracted before the third
        List<String> killed;
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("killed"))) {
            Path config = config(folder.resolve("killed"), bench, 3);
            try (ChildProcess trainer = start(Milestone.STEP_TAKEN, 2, config)) {
                retractInTheMiddle(bench);
                awaitMarker(trainer);
                trainer.destroyForcibly();
            }
            assertThat(bench.chain()).isEmpty();

            // When all of that is in the topic at the next start
            killed = finish(bench, config, 3);
            assertThat(replayed(bench, 1)).contains("p0");
            assertThat(replayed(bench, 2)).isNotEmpty().doesNotContain("p0");
        }

        // Then it is as if it had never been killed
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("whole"))) {
            Path config = config(folder.resolve("whole"), bench, 3);
            try (TrainerService _ = TrainerService.start(ConfigFile.load(config, TrainerConfig.class))) {
                retractInTheMiddle(bench);
                bench.awaitCheckpoint(3);
            }
            assertThat(result(bench)).isEqualTo(killed);
        }
    }

    /** The second batch replays all four of the first. */
    private static void retractInTheMiddle(TrainerFixture bench) {
        bench.sendInOrder(PAIRS.subList(0, 8));
        awaitJournalled(bench, 2);
        bench.sendInOrder(List.of(Pairs.retracted(PAIRS.getFirst(), 2)));
        bench.sendInOrder(PAIRS.subList(8, 12));
    }

    private static List<String> replayed(TrainerFixture bench, int step) throws IOException {
        return bench.batches().get(step).replayed().stream()
                .map(TrainedBatch.Replayed::pairId)
                .toList();
    }

    private Path configOfOldAge(TrainerFixture bench, String name) throws IOException {
        return Files.writeString(folder.resolve(name), replayingAndRefreshing(bench.yaml(BATCH, 100)));
    }

    private static void sendInTwoBatches(TrainerFixture bench) {
        bench.sendInOrder(PAIRS.subList(0, 3));
        awaitJournalled(bench, 1);
        PreferencePair late = PreferencePair.newBuilder(Pairs.revision(PAIRS.getFirst(), 2))
                .setStrength(0.95)
                .build();
        bench.sendInOrder(List.of(late, PAIRS.get(3), PAIRS.get(4)));
    }

    /** A header, and a line a batch. */
    private static void awaitJournalled(TrainerFixture bench, int batches) {
        Path journal = bench.checkpoints().resolve("journal.jsonl");
        await().atMost(BOUND)
                .until(() ->
                        Files.exists(journal) && Files.readAllLines(journal).size() == 1 + batches);
    }

    private Path configByTime(TrainerFixture bench, String name) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                bench.yaml(BATCH, 3)
                        .replace("checkpoint: {", "checkpoint: {maxAge: 1h, ")
                        .replace(", maxAge: 1s, keep", ", keep")
                        .replace("maxAge: 1h, maxPending", "maxAge: 1s, maxPending"));
    }

    private static Path config(Path folder, TrainerFixture bench) throws IOException {
        return config(folder, bench, EVERY_STEPS);
    }

    private static Path config(Path folder, TrainerFixture bench, int everySteps) throws IOException {
        return Files.writeString(
                folder.resolve("trainer.yaml"),
                replayingAndRefreshing(bench.yaml(BATCH, everySteps).replace("maxAge: 1s", "maxAge: 1h")));
    }

    private static String replayingAndRefreshing(String yaml) {
        return yaml.replace(
                "alpha: 4}", "alpha: 4, replay: {share: 0.5, capacity: 6}, reference: {refresh: checkpoint}}");
    }

    private void killAt(Milestone point, int afterSteps, Path config) throws IOException {
        try (ChildProcess trainer = start(point, afterSteps, config)) {
            awaitMarker(trainer);
            trainer.destroyForcibly();
        }
        Files.delete(marker());
    }

    private ChildProcess start(Milestone point, int afterSteps, Path config) {
        return ChildProcess.startMain(
                "the trainer",
                KilledTrainerMain.class,
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(config.toString(), point.name(), String.valueOf(afterSteps), marker().toString()),
                folder.resolve("trainer.log"));
    }

    private void awaitMarker(ChildProcess trainer) {
        await().atMost(BOUND).pollInterval(Duration.ofMillis(10)).until(() -> {
            assertThat(trainer.isAlive()).as(trainer.logTail(20)).isTrue();
            return Files.exists(marker());
        });
    }

    private Path marker() {
        return folder.resolve("stands-still");
    }

    private static List<String> finish(TrainerFixture bench, Path config) throws Exception {
        List<String> result = finish(bench, config, STEPS);
        assertThat(bench.trainedPairs())
                .containsExactlyElementsOf(
                        PAIRS.stream().map(pair -> "+" + pair.getPairId()).toList());
        return result;
    }

    private static List<String> finish(TrainerFixture bench, Path config, int steps) throws Exception {
        try (TrainerService _ = TrainerService.start(ConfigFile.load(config, TrainerConfig.class))) {
            bench.awaitCheckpoint(steps);
        }
        // Wherever it was killed: what is told of a version is told once, and with it.
        assertThat(bench.toldExamples()).containsExactlyInAnyOrderElementsOf(bench.examplesOfTheChain());
        try (Stream<Path> files = Files.list(bench.checkpoints())) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.contains("set-aside"));
        }
        return result(bench);
    }

    private static String digest(CheckpointDirectory checkpoint, String file) throws IOException {
        Path path = checkpoint.root().resolve(file);
        return Files.exists(path) ? Digests.sha256(path) : "none";
    }

    /** What a step depends on, as digests. */
    private static List<String> result(TrainerFixture bench) throws IOException {
        CheckpointCommitted newest = bench.chain().getLast();
        CheckpointDirectory checkpoint = TrainerFixture.directory(newest);
        boolean adapter = newest.getKind() == CheckpointKind.ADAPTER;
        String weights = adapter ? "adapter_model.safetensors" : "model.safetensors";
        return List.of(
                "step " + newest.getStep(),
                "weights " + digest(checkpoint, (adapter ? "adapter/" : "model/") + weights),
                "moments " + Digests.sha256(checkpoint.root().resolve("state/optimizer.safetensors")),
                "replay " + digest(checkpoint, "state/replay.jsonl"),
                "held out " + digest(checkpoint, "state/held-out.jsonl"),
                "reference " + digest(checkpoint, "state/reference/" + weights),
                "ledger " + Digests.sha256(checkpoint.root().resolve("state/ledger.bin")));
    }
}
