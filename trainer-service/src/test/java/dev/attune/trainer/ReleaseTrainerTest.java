package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseState;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.learner.ReferenceRefresh.Mode;
import dev.attune.trainer.learner.ReferenceRefresh.When;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A reference that follows what serves, on a real broker, registry and engine. */
class ReleaseTrainerTest extends TwoBenches {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String REFERENCE = "state/reference/" + PeftConfig.WEIGHTS_FILE_NAME;
    private static final ReferenceSettings HARD = new ReferenceSettings(When.RELEASE, 1, Mode.HARD, 0.5);

    @Test
    void whatWasPromotedWhileTheTrainerWasDownIsFollowedAtItsStartAndACrashChangesNoBit() throws Exception {
        // Given two checkpoints, both promoted; nobody announces the older one's retirement in time
        CheckpointCommitted promoted = trainTwoVersionsThatArePromoted(bench);

        // When
        bench.sendInOrder(Pairs.range(16, 24));
        try (TrainerService _ = TrainerService.start(config(bench))) {
            bench.awaitCheckpoint(6);
        }

        // Then the reference is the newer one, from the next step on
        CheckpointDirectory newest = TrainerFixture.directory(bench.chain().getLast());
        List<TrainedBatch> batches = bench.batches();
        assertThat(newest.root().resolve(REFERENCE))
                .hasSameBinaryContentAs(TrainerFixture.directory(promoted).adapterWeights());
        assertThat(newest.root().resolve("state/trainer.json")).content().contains(promoted.getVersion());
        // -log sigmoid(0) = ln 2: the policy is the reference. A step before and a step later it is not.
        assertThat(loss(batches.get(3))).isNotCloseTo(Math.log(2), within(1e-9));
        assertThat(loss(batches.get(4))).isCloseTo(Math.log(2), within(1e-12));
        assertThat(loss(batches.get(5))).isNotCloseTo(Math.log(2), within(1e-9));
        assertThat(batches.get(4).metrics().get("kl")).isPositive();

        // When another one crashes with the release in its journal, and again a step later, and then the release is
        // rolled back
        CheckpointCommitted rolledBack = trainTwoVersionsThatArePromoted(other);
        other.sendInOrder(Pairs.range(16, 24));
        crashAt(Milestone.RELEASE_JOURNALLED, other);
        crashAt(Milestone.STEP_TAKEN, other);
        other.sendRelease(rolledBack, ReleaseState.ROLLED_BACK);
        try (TrainerService _ = TrainerService.start(config(other))) {
            other.awaitCheckpoint(6);
        }

        // Then the journal decides
        for (String file : List.of(CheckpointDirectory.ADAPTER_WEIGHTS, REFERENCE, "state/optimizer.safetensors")) {
            assertThat(TrainerFixture.directory(other.chain().getLast()).root().resolve(file))
                    .hasSameBinaryContentAs(newest.root().resolve(file));
        }
    }

    @Test
    void aReleaseWhoseCheckpointIsGoneIsLeftAndTheNextOneIsFollowedWhileTraining() throws Exception {
        // Given a trainer of single answers, and its first version removed before it was promoted
        TrainerConfig config = TrainerConfigs.kto(TrainerConfigs.refreshing(bench.config(1), HARD));
        bench.sendSingles(Singles.range(0, 4));
        try (TrainerService _ = TrainerService.start(config)) {
            bench.awaitCheckpoint(1);
        }
        CheckpointCommitted first = bench.chain().getFirst();
        bench.sendSingles(Singles.range(4, 8));
        try (TrainerService _ = TrainerService.start(config)) {
            bench.awaitCheckpoint(2);
        }
        Path gone = TrainerFixture.directory(first).root();
        Files.move(gone, folder.resolve("elsewhere"));
        bench.sendRelease(first, ReleaseState.PROMOTED);

        // When
        bench.sendSingles(Singles.range(8, 12));
        try (TrainerService trainer = TrainerService.start(config)) {
            CheckpointCommitted third = bench.awaitCheckpoint(3);

            // Then it trains on without, and says so
            assertThat(TrainerFixture.directory(third).root().resolve(REFERENCE))
                    .doesNotExist();
            assertThat(metrics(trainer)).containsPattern("attune_trainer_releases_refused_total\\{.*} 1\\.0");

            // When a version is promoted while it runs
            bench.sendRelease(third, ReleaseState.PROMOTED);

            // Then one of the next steps has it as its reference
            AtomicInteger next = new AtomicInteger(12);
            CheckpointCommitted following = await().atMost(BOUND)
                    .until(
                            () -> {
                                bench.sendSingles(Singles.range(next.get(), next.addAndGet(4)));
                                return bench.awaitCheckpoint(next.get() / 4);
                            },
                            ReleaseTrainerTest::hasReference);
            assertThat(TrainerFixture.directory(following).root().resolve(REFERENCE))
                    .hasSameBinaryContentAs(TrainerFixture.directory(third).adapterWeights());
            assertThat(metrics(trainer)).containsPattern("attune_trainer_releases_followed_total\\{.*} 1\\.0");
        }
    }

    private static CheckpointCommitted trainTwoVersionsThatArePromoted(TrainerFixture bench) throws Exception {
        bench.sendInOrder(Pairs.range(0, 16));
        try (TrainerService _ = TrainerService.start(config(bench))) {
            bench.awaitCheckpoint(4);
        }
        List<CheckpointCommitted> chain = bench.chain();
        assertThat(chain).extracting(CheckpointCommitted::getStep).containsExactly(2L, 4L);
        bench.sendRelease(chain.getLast(), ReleaseState.PROMOTED);
        bench.sendRelease(chain.getFirst(), ReleaseState.PROMOTED);
        return chain.getLast();
    }

    private static TrainerConfig config(TrainerFixture bench) {
        return TrainerConfigs.refreshing(bench.config(2), HARD);
    }

    private static void crashAt(Milestone crash, TrainerFixture bench) throws Exception {
        try (TrainerService trainer = TrainerService.start(config(bench), point -> {
            if (point == crash) {
                throw new CrashedException();
            }
        })) {
            assertThatThrownBy(trainer::awaitEnd).isInstanceOf(CrashedException.class);
        }
    }

    private static boolean hasReference(CheckpointCommitted checkpoint) {
        return Files.exists(TrainerFixture.directory(checkpoint).root().resolve(REFERENCE));
    }

    private static double loss(TrainedBatch batch) {
        return batch.metrics().getOrDefault("loss", Double.NaN);
    }

    private static String metrics(TrainerService trainer) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + trainer.adminPort() + "/metrics");
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Ends the training thread as a crash does: without a checkpoint. */
    private static final class CrashedException extends RuntimeException {}
}
