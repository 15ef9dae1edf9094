package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.PreferencePair;
import dev.attune.trainer.guard.GuardSettings;
import dev.attune.trainer.learner.ReferenceRefresh.Mode;
import dev.attune.trainer.learner.ReferenceRefresh.When;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reference that follows the policy, on a real broker, registry and engine. */
class RefreshTrainerTest extends TwoBenches {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String REFERENCE = "state/reference/" + PeftConfig.WEIGHTS_FILE_NAME;

    @Test
    void aStopBetweenRefreshesChangesNoBitOfTheResult() throws Exception {
        // Given a refresh after every second step, and pairs that are replayed beside it
        ReferenceSettings soft = new ReferenceSettings(When.STEPS, 2, Mode.SOFT, 0.6);
        ReplaySettings half = new ReplaySettings(0.5, 6);
        List<PreferencePair> pairs = Pairs.range(0, 24);
        bench.sendInOrder(pairs);
        try (TrainerService _ = TrainerService.start(with(bench.config(6), half, soft))) {
            bench.awaitCheckpoint(6);
        }

        // When another one is stopped after the third step, and after the fourth, which refreshes
        int sent = 0;
        for (int steps : List.of(3, 4, 6)) {
            other.sendInOrder(pairs.subList(sent, 4 * steps));
            sent = 4 * steps;
            try (TrainerService _ = TrainerService.start(with(other.config(1), half, soft))) {
                other.awaitCheckpoint(steps);
            }
        }

        // Then
        for (String file : List.of(
                CheckpointDirectory.ADAPTER_WEIGHTS,
                REFERENCE,
                "state/optimizer.safetensors",
                "state/replay.jsonl",
                "state/trainer.json")) {
            assertThat(newest(other).resolve(file))
                    .hasSameBinaryContentAs(newest(bench).resolve(file));
        }
        assertThat(TrainerFixture.directory(other.chain().getFirst()).root().resolve(REFERENCE))
                .doesNotExist();
    }

    @Test
    void withEachCheckpointTheReferenceIsTheVersion() throws Exception {
        ReferenceSettings hard = new ReferenceSettings(When.CHECKPOINT, 1, Mode.HARD, 0.5);
        bench.sendInOrder(Pairs.range(0, 12));
        for (int steps : List.of(2, 3)) {
            try (TrainerService _ = TrainerService.start(TrainerConfigs.refreshing(bench.config(2), hard))) {
                bench.awaitCheckpoint(steps);
            }
        }

        // A step after a refresh is a first one: -log sigmoid(0) = ln 2. The one between is not.
        List<TrainedBatch> batches = bench.batches();
        assertThat(loss(batches.get(0))).isCloseTo(Math.log(2), within(1e-12));
        assertThat(loss(batches.get(1))).isNotCloseTo(Math.log(2), within(1e-9));
        assertThat(loss(batches.get(2))).isCloseTo(Math.log(2), within(1e-12));
        assertThat(batches.get(2).metrics().get("kl")).isPositive();
        for (CheckpointCommitted checkpoint : bench.chain()) {
            CheckpointDirectory directory = TrainerFixture.directory(checkpoint);
            assertThat(directory.root().resolve(REFERENCE)).hasSameBinaryContentAs(directory.adapterWeights());
        }
    }

    @Test
    void theBudgetIsOfTheDistanceToTheAnchorHoweverNearTheReferenceIs() throws Exception {
        // Given a reference that is the policy at every step, and a budget that a first update exceeds
        ReferenceSettings hard = new ReferenceSettings(When.STEPS, 1, Mode.HARD, 0.5);
        GuardSettings tight = new GuardSettings(1, 0, 0, 1e-12, 0, 0, 0, 4);
        TrainerConfig config = TrainerConfigs.with(
                TrainerConfigs.refreshing(bench.config(1), hard),
                tight,
                TrainerConfigs.NOTHING_HELD_OUT,
                TrainerConfig.Approval.AUTOMATIC);
        bench.sendInOrder(Pairs.range(0, 12));

        try (TrainerService trainer = TrainerService.start(config)) {
            await().atMost(BOUND).until(() -> ready(trainer).contains("halted (kl_budget) by trainer"));
        }
        assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(1L);
    }

    private static TrainerConfig with(TrainerConfig config, ReplaySettings replay, ReferenceSettings reference) {
        return TrainerConfigs.refreshing(TrainerConfigs.replaying(config, replay), reference);
    }

    private static double loss(TrainedBatch batch) {
        return batch.metrics().getOrDefault("loss", Double.NaN);
    }

    private static String ready(TrainerService trainer) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + trainer.adminPort() + "/health/ready");
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static Path newest(TrainerFixture bench) {
        return TrainerFixture.directory(bench.chain().getLast()).root();
    }
}
