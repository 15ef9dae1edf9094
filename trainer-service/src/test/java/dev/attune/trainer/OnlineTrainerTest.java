package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.Probe;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.kit.ConfigException;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.ServiceFailedException;
import dev.attune.testing.Platform;
import dev.attune.trainer.checkpoint.FencedTrainerException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The trainer in this process, on a real broker, registry and engine. */
class OnlineTrainerTest extends OneBench {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void stepsAreTakenByCountAndThenByAge() throws Exception {
        // Given six pairs and batches of four
        bench.send(Pairs.range(0, 6));

        // When they are trained, the last two because they have waited for half a second
        TrainerConfig config = bench.config(
                new BatchSettings(4, Duration.ofMillis(500), 1000),
                new CheckpointSettings(bench.checkpoints(), 100, Duration.ofMillis(200), 5));
        try (TrainerService _ = TrainerService.start(config)) {
            bench.awaitCheckpoint(2);
        }

        // Then
        assertThat(bench.batches()).extracting(batch -> batch.pairs().size()).containsExactly(4, 2);
        assertThat(bench.trainedPairs()).containsExactlyInAnyOrder("+p0", "+p1", "+p2", "+p3", "+p4", "+p5");
    }

    @Test
    void aCheckpointSaysWhatItIsAndWhereItComesFrom() throws Exception {
        bench.send(Pairs.range(0, 4));

        CheckpointCommitted event;
        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            event = bench.awaitCheckpoint(1);
        }

        CheckpointDirectory directory = TrainerFixture.directory(event);
        CheckpointDirectory.Verified verified = directory.verify();
        assertThat(verified.version()).hasToString(event.getVersion());
        assertThat(event.getArtifactDigest()).isEqualTo("sha256:" + verified.artifactSha256());
        assertThat(event.getParent()).isNull();
        assertThat(event.getPairs()).isEqualTo(4);
        assertThat(event.getLastEvidenceAt()).isEqualTo(Pairs.LAST_EVIDENCE);
        assertThat(event.getEvaluation()).containsKeys("loss", "rewards/margins", "rewards/accuracies", "kl");
        // A fresh adapter is the reference itself: -log sigmoid(0) = ln 2.
        assertThat(event.getEvaluation().get("loss")).isCloseTo(Math.log(2), within(1e-6));
        assertThat(event.getOffsets().stream()
                        .mapToLong(offset -> offset.getNextOffset())
                        .sum())
                .isEqualTo(4);
        assertThat(Probe.readAll(directory.probes())).hasSize(3);
        TrainedBatch.Pair pair = bench.batches().getFirst().pairs().getFirst();
        assertThat(pair.eventIds()).containsExactly("vote-on-" + pair.pairId());
        assertThat(pair.lastEvidenceAt()).isEqualTo(Pairs.LAST_EVIDENCE);
    }

    @Test
    void beforeTrainingTheNewestRevisionWinsAndARetractionRemoves() throws Exception {
        // Given p0 revised, p1 retracted, p2 flipped, all before the first step
        PreferencePair strengthened = PreferencePair.newBuilder(Pairs.revision(Pairs.pair("p0"), 2))
                .setStrength(0.9)
                .build();
        bench.sendInOrder(List.of(Pairs.pair("p0"), Pairs.pair("p1"), Pairs.pair("p2")));
        bench.sendInOrder(List.of(
                strengthened,
                Pairs.retracted(Pairs.pair("p1"), 2),
                Pairs.flipped(Pairs.pair("p2"), 2),
                Pairs.pair("p3")));

        TrainerConfig config =
                bench.config(new BatchSettings(3, HOUR, 1000), new CheckpointSettings(bench.checkpoints(), 1, HOUR, 5));
        // p0, p1 and p2 would be a batch of three at once: the broker hands all seven records over in one fetch.
        try (TrainerService _ = TrainerService.start(config)) {
            bench.awaitCheckpoint(1);
        }

        assertThat(bench.trainedPairs()).containsExactly("+p0", "-p2", "+p3");
        TrainedBatch.Pair first = bench.batches().getFirst().pairs().getFirst();
        assertThat(first.strength()).isEqualTo(0.9);
        assertThat(first.offset()).isEqualTo(3);
    }

    @Test
    void afterTrainingOnlyAFlipIsTrainedAndOnlyOnce() throws Exception {
        PreferencePair pair = Pairs.pair("p0");
        TrainerConfig config =
                bench.config(new BatchSettings(1, HOUR, 1000), new CheckpointSettings(bench.checkpoints(), 1, HOUR, 5));
        try (TrainerService _ = TrainerService.start(config)) {
            bench.sendInOrder(List.of(pair));
            bench.awaitCheckpoint(1);

            bench.sendInOrder(List.of(Pairs.revision(pair, 2), Pairs.flipped(pair, 3), Pairs.pair("p1")));
            bench.awaitCheckpoint(3);
            bench.sendInOrder(List.of(Pairs.revision(pair, 4), Pairs.flipped(pair, 5), Pairs.pair("p2")));
            bench.awaitCheckpoint(4);
        }

        assertThat(bench.trainedPairs()).containsExactly("+p0", "-p0", "+p1", "+p2");
    }

    @Test
    void pairsOfOtherModelsAndTenantsAreNotTrained() throws Exception {
        PreferencePair otherModel =
                PreferencePair.newBuilder(Pairs.pair("p0")).setModelId("other").build();
        bench.sendInOrder(List.of(otherModel));
        bench.sendInOrder(Pairs.range(1, 5));

        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(1);
        }

        assertThat(bench.trainedPairs()).containsExactly("+p1", "+p2", "+p3", "+p4");
    }

    @Test
    void aStopAndAStartChangeNoBitOfTheResult(Platform parts) throws Exception {
        // Given a run of six steps without a break
        List<PreferencePair> pairs = Pairs.range(0, 24);
        bench.sendInOrder(pairs);
        CheckpointCommitted whole;
        try (TrainerService _ = TrainerService.start(bench.config(2))) {
            whole = bench.awaitCheckpoint(6);
        }

        // When the same pairs are trained with stops after the third and the fifth step, pairs waiting each time
        try (TrainerFixture other = new TrainerFixture(parts, folder.resolve("other"))) {
            other.sendInOrder(pairs.subList(0, 14));
            try (TrainerService trainer = TrainerService.start(other.config(100))) {
                awaitMetric(trainer, "attune_trainer_step", 3);
            }
            other.sendInOrder(pairs.subList(14, 23));
            try (TrainerService trainer = TrainerService.start(other.config(100))) {
                awaitMetric(trainer, "attune_trainer_step", 5);
            }
            other.sendInOrder(pairs.subList(23, 24));
            CheckpointCommitted broken;
            try (TrainerService _ = TrainerService.start(other.config(1))) {
                broken = other.awaitCheckpoint(6);
            }

            // Then weights and moments are the same to the bit
            assertThat(other.trainedPairs()).isEqualTo(bench.trainedPairs());
            for (String file :
                    List.of(CheckpointDirectory.ADAPTER_WEIGHTS, "state/optimizer.safetensors", "state/ledger.bin")) {
                assertThat(TrainerFixture.directory(broken).root().resolve(file))
                        .hasSameBinaryContentAs(
                                TrainerFixture.directory(whole).root().resolve(file));
            }
        }
    }

    @Test
    void aNewerTrainerFencesAnOlderOne() throws Exception {
        TrainerConfig config = bench.config(1);
        try (TrainerService older = TrainerService.start(config)) {
            awaitReady(older);
            try (TrainerService newer = TrainerService.start(config)) {
                awaitReady(newer);

                // When both have a checkpoint to commit
                bench.sendInOrder(Pairs.range(0, 4));

                // Then the older one stops and says why, and the newer one's counts
                assertThatThrownBy(older::awaitEnd)
                        .isInstanceOf(FencedTrainerException.class)
                        .hasMessageContaining("another trainer has taken over");
                bench.awaitCheckpoint(1);
            }
        }
        assertThat(bench.chain()).hasSize(1);
        assertThat(bench.trainedPairs()).containsExactly("+p0", "+p1", "+p2", "+p3");
    }

    @Test
    void aTornCheckpointIsRefusedAndItsParentUsed() throws Exception {
        // Given two checkpoints, the newer one torn, and directories that a killed trainer left
        bench.sendInOrder(Pairs.range(0, 8));
        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(2);
        }
        CheckpointCommitted first = bench.chain().getFirst();
        CheckpointCommitted torn = bench.chain().getLast();
        Path weights = TrainerFixture.directory(torn).adapterWeights();
        byte[] whole = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
        Path orphan = bench.checkpoints().resolve("v000009-0123456789ab");
        Files.createDirectories(orphan);
        Files.copy(TrainerFixture.directory(first).manifest(), orphan.resolve(CheckpointDirectory.MANIFEST));
        Path unfinished = Files.createDirectory(bench.checkpoints().resolve(".writing-support-1"));

        // When
        bench.sendInOrder(Pairs.range(8, 12));
        try (TrainerService _ = TrainerService.start(bench.config(2))) {
            bench.awaitCheckpoint(3);
        }

        // Then training went on from the first, and trained what the torn one had trained, once
        assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(1L, 3L);
        assertThat(bench.chain().getLast().getParent()).isEqualTo(first.getVersion());
        assertThat(bench.trainedPairs())
                .containsExactlyElementsOf(Pairs.range(0, 12).stream()
                        .map(pair -> "+" + pair.getPairId())
                        .toList());
        assertThat(orphan).doesNotExist();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void oldCheckpointsLeaveTheFolderAndAnotherFolderIsRefused() throws Exception {
        // Given four checkpoints, of which two are kept
        bench.sendInOrder(Pairs.range(0, 4));
        BatchSettings single = new BatchSettings(1, HOUR, 1000);
        try (TrainerService _ =
                TrainerService.start(bench.config(single, new CheckpointSettings(bench.checkpoints(), 1, HOUR, 2)))) {
            bench.awaitCheckpoint(4);
        }
        List<String> newest = bench.chain().stream()
                .map(CheckpointCommitted::getVersion)
                .skip(2)
                .toList();
        try (Stream<Path> folders = Files.list(bench.checkpoints()).filter(Files::isDirectory)) {
            assertThat(folders.map(one -> one.getFileName().toString())).containsExactlyInAnyOrderElementsOf(newest);
        }

        // When a trainer is started on a folder that has none of them, then it does not start over
        CheckpointSettings elsewhere = new CheckpointSettings(folder.resolve("elsewhere"), 1, HOUR, 2);
        try (TrainerService trainer = TrainerService.start(bench.config(single, elsewhere))) {
            assertThatThrownBy(trainer::awaitEnd)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("checkpoint.directory: has no usable checkpoint of the 4");
        }
    }

    @Test
    void recordsThatCannotBeUsedAreDeadLettersWithTheirPlace() throws Exception {
        PreferencePair noPrompt =
                PreferencePair.newBuilder(Pairs.pair("p0")).setPrompt(List.of()).build();
        bench.sendRaw("acme/p9", "not Avro".getBytes(StandardCharsets.UTF_8), 0);
        bench.sendInOrder(List.of(noPrompt));
        bench.sendInOrder(Pairs.range(1, 5));

        List<DeadLetter> letters;
        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(1);
            letters = bench.awaitDeadLetters(2);
        }

        assertThat(letters)
                .extracting(DeadLetter::getReason)
                .containsExactlyInAnyOrder("not_wire_format", "empty_prompt");
        assertThat(letters).extracting(DeadLetter::getSourceOffset).containsExactlyInAnyOrder(0L, 1L);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.getSourceTopic())
                    .isEqualTo(bench.topics().preferencePairs().name());
            assertThat(letter.getTenant()).isEqualTo("acme");
            assertThat(letter.getStage()).isEqualTo("trainer");
        });
        assertThat(bench.trainedPairs()).containsExactly("+p1", "+p2", "+p3", "+p4");
    }

    @Test
    void weightsThatHaveDivergedHaltTheTrainerAndNoPairIsLost() throws Exception {
        // Given a learning rate that leaves the finite numbers with the first step
        TrainerConfig config = bench.config(
                new BatchSettings(4, HOUR, 1000), new CheckpointSettings(bench.checkpoints(), 1, HOUR, 5), 1e30);
        bench.sendInOrder(Pairs.range(0, 8));

        try (TrainerService trainer = TrainerService.start(config)) {
            awaitMetric(trainer, "attune_trainer_halted", 1);
            assertThat(get(trainer, "/health/ready").body()).contains("halted (diverged)");
            assertThat(get(trainer, "/health/live").statusCode()).isEqualTo(200);
        }

        // Then no checkpoint has such weights, and what taught them waits for a better trainer
        assertThat(bench.chain()).isEmpty();
        assertThat(bench.deadLetters()).isEmpty();
    }

    @Test
    void whatCannotBeUsedIsNamedAndNoStackTraceIsNeeded() {
        TrainerConfig good = bench.config(1);

        assertThatThrownBy(() -> run(TrainerConfigs.with(good, good.kafka(), "nowhere.", good.baseModel())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("topicPrefix: the cluster has no topic nowhere.preference-pairs");
        assertThatThrownBy(() ->
                        run(TrainerConfigs.with(good, good.kafka(), good.topicPrefix(), folder.resolve("no-model"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("baseModel: cannot be used")
                .hasMessageContaining("no-model");
        KafkaSettings away =
                new KafkaSettings("127.0.0.1:1", Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "500"));
        assertThatThrownBy(() -> run(TrainerConfigs.with(good, away, good.topicPrefix(), good.baseModel())))
                .isInstanceOf(ServiceFailedException.class)
                .hasMessageContaining("Kafka at 127.0.0.1:1 cannot be used");
    }

    private static void run(TrainerConfig config) throws Exception {
        try (TrainerService trainer = TrainerService.start(config)) {
            trainer.awaitEnd();
        }
    }

    private static void awaitReady(TrainerService trainer) {
        await().atMost(BOUND).until(() -> get(trainer, "/health/ready").statusCode() == 200);
    }

    private static void awaitMetric(TrainerService trainer, String name, double value) {
        await().atMost(BOUND)
                .until(() -> get(trainer, "/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith(name + "{"))
                        .anyMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))) >= value));
    }

    private static HttpResponse<String> get(TrainerService trainer, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + trainer.adminPort() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
