package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.testing.Platform;
import dev.attune.trainer.batch.HeldOutRule;
import dev.attune.trainer.checkpoint.FencedTrainerException;
import dev.attune.trainer.guard.GuardSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Guards, kill switch, approval and the held-out slice, on a real broker, registry and engine. */
class GuardedTrainerTest extends TwoBenches {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void aSkippedBatchIsAsIfItHadNeverComeAndItsPairsAreDeadLettersOnce(Platform parts) throws Exception {
        // Given a gradient at a fresh adapter that is proportional to 2 * strength - 1: small, large, small
        List<PreferencePair> pairs = Stream.of(strength(0, 0.51), strength(4, 1.0), strength(8, 0.51))
                .flatMap(List::stream)
                .toList();
        other.sendInOrder(pairs);
        try (TrainerService _ = TrainerService.start(other.config(3))) {
            other.awaitCheckpoint(3);
        }
        List<Double> norms = other.batches().stream()
                .map(batch -> batch.metrics().getOrDefault("grad_norm", 0.0))
                .toList();
        GuardSettings bound = new GuardSettings(32, Math.sqrt(norms.get(0) * norms.get(1)), 0, 0, 0, 0, 0, 4);
        TrainerConfig config = TrainerConfigs.with(
                bench.config(2), bound, TrainerConfigs.NOTHING_HELD_OUT, TrainerConfig.Approval.AUTOMATIC);

        // When a trainer has skipped the second batch and another takes over before a checkpoint has its offsets
        bench.sendInOrder(pairs.subList(0, 8));
        TrainerService older = TrainerService.start(config);
        TrainerService newer;
        try (older) {
            awaitMetric(older, "attune_trainer_batches_skipped_total", 1);
            assertThat(bench.deadLetters()).isEmpty();
            newer = TrainerService.start(config);
            awaitMetric(newer, "attune_trainer_batches_skipped_total", 1);
        }
        try (newer) {
            assertThatThrownBy(older::awaitEnd).isInstanceOf(FencedTrainerException.class);
            bench.sendInOrder(pairs.subList(8, 12));
            bench.awaitCheckpoint(2);
        }

        // Then its pairs are dead letters, once, and the state is that of a trainer that never saw them
        assertThat(bench.deadLetters()).extracting(DeadLetter::getReason).containsOnly("gradient_norm");
        assertThat(bench.deadLetters()).extracting(DeadLetter::getSourceOffset).containsExactly(4L, 5L, 6L, 7L);
        assertThat(bench.trainedPairs()).containsExactly("+p0", "+p1", "+p2", "+p3", "+p8", "+p9", "+p10", "+p11");
        try (TrainerFixture without = new TrainerFixture(parts, folder.resolve("without"))) {
            without.sendInOrder(pairs.subList(0, 4));
            without.sendInOrder(pairs.subList(8, 12));
            try (TrainerService _ = TrainerService.start(without.config(2))) {
                without.awaitCheckpoint(2);
            }
            assertSameBits(bench, without, CheckpointDirectory.ADAPTER_WEIGHTS, "state/optimizer.safetensors");
        }
    }

    @Test
    void aTrainerThatHasSpentItsBudgetHaltsAndGoesOnWhenAPersonSaysSo() throws Exception {
        // Given a budget that the first step already exceeds: a fresh adapter is the anchor, after a step it is not
        List<PreferencePair> pairs = Pairs.range(0, 12);
        bench.sendInOrder(pairs);
        GuardSettings tight = new GuardSettings(1, 0, 0, 1e-12, 0, 0, 0, 4);
        TrainerConfig config = TrainerConfigs.with(
                bench.config(1), tight, TrainerConfigs.NOTHING_HELD_OUT, TrainerConfig.Approval.AUTOMATIC);
        try (TrainerService trainer = TrainerService.start(config)) {
            awaitMetric(trainer, "attune_trainer_halted", 1);
            assertThat(get(trainer, "/health/ready")).contains("halted (kl_budget) by trainer");
        }
        assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(1L);

        // When it is started again without the guard, then it is still halted, until a person lets it go on
        try (TrainerService trainer = TrainerService.start(bench.config(1))) {
            awaitMetric(trainer, "attune_trainer_halted", 1);
            assertThat(control(bench, "status")).isEqualTo(ExitCode.OK);
            assertThat(bench.chain()).hasSize(1);
            assertThat(control(bench, "resume")).isEqualTo(ExitCode.OK);
            bench.awaitCheckpoint(3);
            awaitMetric(trainer, "attune_trainer_halted", 0);
        }

        // Then the state is that of a trainer that was never halted
        other.sendInOrder(pairs);
        try (TrainerService _ = TrainerService.start(other.config(3))) {
            other.awaitCheckpoint(3);
        }
        assertThat(bench.trainedPairs()).isEqualTo(other.trainedPairs());
        assertSameBits(
                bench, other, CheckpointDirectory.ADAPTER_WEIGHTS, "state/optimizer.safetensors", "state/ledger.bin");
    }

    @Test
    void aPersonHaltsAndChoosesWhereItGoesOn() throws Exception {
        // Given three versions
        bench.sendInOrder(Pairs.range(0, 12));
        try (TrainerService trainer = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(3);
            List<CheckpointCommitted> before = bench.chain();

            // When a person halts it, more pairs come, and it goes on from the first
            assertThat(control(bench, "halt", "--reason", "it rambles")).isEqualTo(ExitCode.OK);
            awaitMetric(trainer, "attune_trainer_halted", 1);
            assertThat(get(trainer, "/health/ready"))
                    .contains("halted (operator)")
                    .contains("it rambles");
            bench.sendInOrder(Pairs.range(12, 16));
            String first = before.getFirst().getVersion();
            assertThat(control(bench, "resume", "--from", "v000009-0123456789ab"))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(control(bench, "resume", "--from", first)).isEqualTo(ExitCode.OK);
            bench.awaitCheckpoint(4);

            // Then what counts has grown from the first, with every pair in it once
            assertThat(bench.chain().getFirst()).isEqualTo(before.getFirst());
            assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(1L, 2L, 3L, 4L);
            assertThat(bench.chain()).doesNotContain(before.get(1), before.get(2));
            assertThat(bench.trainedPairs())
                    .containsExactlyElementsOf(Pairs.range(0, 16).stream()
                            .map(pair -> "+" + pair.getPairId())
                            .toList());
            assertThat(control(bench, "resume", "--from", first)).isEqualTo(ExitCode.USAGE);
        }

        // And the choice is history: a restart goes on from the newest
        bench.sendInOrder(Pairs.range(16, 20));
        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(5);
        }
        assertThat(bench.trainedPairs()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aVersionWaitsUntilAPersonApprovesIt() throws Exception {
        bench.sendInOrder(Pairs.range(0, 4));
        TrainerConfig config = TrainerConfigs.with(
                bench.config(1),
                TrainerConfigs.NO_GUARDS,
                TrainerConfigs.NOTHING_HELD_OUT,
                TrainerConfig.Approval.MANUAL);
        CheckpointCommitted waiting;
        try (TrainerService _ = TrainerService.start(config)) {
            waiting = bench.awaitCheckpoint(1);
        }
        assertThat(waiting.getAwaitsApproval()).isTrue();

        // When it is approved while no trainer runs, then the next one announces it
        assertThat(control(bench, "approve", "v000009-0123456789ab")).isEqualTo(ExitCode.USAGE);
        assertThat(control(bench, "approve", waiting.getVersion(), "--by", "jo"))
                .isEqualTo(ExitCode.OK);
        try (TrainerService _ = TrainerService.start(config)) {
            await().atMost(BOUND).until(() -> !bench.chain().getLast().getAwaitsApproval());
        }
        CheckpointCommitted approved = bench.chain().getLast();
        assertThat(approved.getApprovedBy()).isEqualTo("jo");
        assertThat(approved.getOccurredAt()).isEqualTo(waiting.getOccurredAt());
        assertThat(approved.getArtifactDigest()).isEqualTo(waiting.getArtifactDigest());
        assertThat(bench.chain()).hasSize(1);
        assertThat(control(bench, "approve", waiting.getVersion())).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whatIsHeldOutIsNeverTrainedAndEvaluatedTheSameAfterStops() throws Exception {
        // Given a third of the prompts held out
        HeldOutRule rule = new HeldOutRule(0.3);
        List<PreferencePair> pairs = Pairs.range(0, 60);
        List<String> trainable = pairs.stream()
                .filter(pair -> !rule.holdsOut(HeldOutRule.position(pair.getTenant(), pair.getPromptId())))
                .map(pair -> "+" + pair.getPairId())
                .toList();
        int steps = trainable.size() / 4;
        HeldOutSettings heldOut = new HeldOutSettings(0.3, 8);

        // When they are trained in one go, and with a stop in between
        bench.sendInOrder(pairs);
        try (TrainerService trainer = TrainerService.start(heldOut(bench.config(steps), heldOut))) {
            bench.awaitCheckpoint(steps);
            awaitMetric(trainer, "attune_trainer_eval_pairs", 8);
        }
        other.sendInOrder(pairs.subList(0, 30));
        try (TrainerService _ = TrainerService.start(heldOut(other.config(3), heldOut))) {
            other.awaitCheckpoint(3);
        }
        other.sendInOrder(pairs.subList(30, 60));
        try (TrainerService _ = TrainerService.start(heldOut(other.config(1), heldOut))) {
            other.awaitCheckpoint(steps);
        }

        // Then the others are trained, and slice, evaluation and weights are the same to the bit
        assertThat(steps).isGreaterThan(5);
        assertThat(bench.trainedPairs()).isEqualTo(trainable.subList(0, 4 * steps));
        assertSameBits(
                bench,
                other,
                "state/held-out.jsonl",
                "state/ledger.bin",
                CheckpointDirectory.ADAPTER_WEIGHTS,
                "state/optimizer.safetensors");
        assertThat(Files.readAllLines(newest(bench).resolve("state/held-out.jsonl")))
                .hasSize(8);
        assertThat(bench.chain().getLast().getEvaluation())
                .containsKeys("eval_loss", "eval_rewards/margins", "eval_rewards/accuracies")
                .containsEntry("eval_pairs", 8.0)
                .doesNotContainKey("eval_grad_norm");
        assertThat(evaluation(other)).isEqualTo(evaluation(bench));
        assertThat(bench.batches().getFirst().metrics()).containsKey("loss");
    }

    private static TrainerConfig heldOut(TrainerConfig config, HeldOutSettings heldOut) {
        return TrainerConfigs.with(config, TrainerConfigs.NO_GUARDS, heldOut, TrainerConfig.Approval.AUTOMATIC);
    }

    private static List<Double> evaluation(TrainerFixture bench) {
        return bench.chain().getLast().getEvaluation().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("eval_"))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private static List<PreferencePair> strength(int from, double strength) {
        return Pairs.range(from, from + 4).stream()
                .map(pair ->
                        PreferencePair.newBuilder(pair).setStrength(strength).build())
                .toList();
    }

    private int control(TrainerFixture at, String command, String... arguments) throws IOException {
        Path config = Files.writeString(folder.resolve("trainer.yaml"), at.yaml(4, 1));
        Stream<String> all = Stream.concat(Stream.of(command, "--config", config.toString()), Stream.of(arguments));
        return CommandLines.run(new ControlMain(), all.toArray(String[]::new));
    }

    private static void assertSameBits(TrainerFixture one, TrainerFixture other, String... files) {
        for (String file : files) {
            assertThat(newest(one).resolve(file))
                    .hasSameBinaryContentAs(newest(other).resolve(file));
        }
    }

    private static Path newest(TrainerFixture bench) {
        return TrainerFixture.directory(bench.chain().getLast()).root();
    }

    private static void awaitMetric(TrainerService trainer, String name, double value) {
        await().atMost(BOUND)
                .until(() -> get(trainer, "/metrics")
                        .lines()
                        .filter(line -> line.startsWith(name + "{"))
                        .anyMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))) == value));
    }

    private static String get(TrainerService trainer, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + trainer.adminPort() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
