package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.TrainedBatch;
import dev.attune.testing.Platform;
import dev.attune.trainer.checkpoint.Milestone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Journals that cannot be done again: loudly set aside, and every pair that is still there is trained once. */
class JournalReplayTest extends OneBench {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void whereThePairsHaveLeftTheTopicTrainingGoesOnWithWhatThereIs(Platform parts) throws Exception {
        // Given a trainer that crashed after its second step, of whose pairs the topic has lost the second batch's
        // first
        bench.sendInOrder(Pairs.range(0, 12));
        crashAfterStep(2, bench.config(100));
        TopicPartition partition =
                new TopicPartition(bench.topics().preferencePairs().name(), 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.bootstrapServers()))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5)))
                    .all()
                    .get();
        }

        // When it is started again
        try (TrainerService _ = TrainerService.start(bench.config(1))) {
            bench.awaitCheckpoint(1);
        }

        // Then it trains the seven that are left, four of them at once
        assertThat(bench.trainedPairs()).containsExactly("+p5", "+p6", "+p7", "+p8");
        assertThat(setAside()).isEmpty();
    }

    @Test
    void underOtherSettingsTheBatchesAreMadeAnew() throws Exception {
        // Given a crash after a step of four
        bench.sendInOrder(Pairs.range(0, 6));
        crashAfterStep(1, bench.config(100));

        // When batches are of three from now on
        TrainerConfig other =
                bench.config(new BatchSettings(3, HOUR, 1000), new CheckpointSettings(bench.checkpoints(), 1, HOUR, 9));
        try (TrainerService _ = TrainerService.start(other)) {
            bench.awaitCheckpoint(2);
        }

        assertThat(bench.trainedPairs()).containsExactly("+p0", "+p1", "+p2", "+p3", "+p4", "+p5");
        assertThat(bench.batches()).extracting(batch -> batch.pairs().size()).containsExactly(3, 3);
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void aStopInTheMiddleOfAReplayLosesNothingOfIt() throws Exception {
        // Given three batches in the journal
        bench.sendInOrder(Pairs.range(0, 12));
        crashAfterStep(3, bench.config(100));

        // When a trainer is stopped after it has taken one of them again
        CompletableFuture<TrainerService> started = new CompletableFuture<>();
        Thread stop = Thread.ofPlatform().unstarted(() -> started.join().close());
        TrainerService stopped = TrainerService.start(bench.config(100), point -> {
            if (point == Milestone.STEP_REPLAYED) {
                stop.start();
                await().atMost(BOUND).until(() -> stop.getState() == Thread.State.WAITING);
            }
        });
        started.complete(stopped);
        stopped.awaitEnd();
        stop.join();

        // Then no checkpoint came of it, and the next one takes all three, once
        assertThat(bench.chain()).isEmpty();
        try (TrainerService _ = TrainerService.start(bench.config(3))) {
            bench.awaitCheckpoint(3);
        }
        assertThat(bench.batches()).extracting(TrainedBatch::step).containsExactly(1L, 2L, 3L);
        assertThat(bench.trainedPairs()).hasSize(12).doesNotHaveDuplicates();
        assertThat(setAside()).isEmpty();
    }

    private static void crashAfterStep(int step, TrainerConfig config) throws Exception {
        int[] steps = {0};
        try (TrainerService trainer = TrainerService.start(config, point -> {
            steps[0] += point == Milestone.STEP_TAKEN ? 1 : 0;
            if (steps[0] == step) {
                throw new CrashedException();
            }
        })) {
            assertThatThrownBy(trainer::awaitEnd).isInstanceOf(CrashedException.class);
        }
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(bench.checkpoints())) {
            return files.filter(file -> file.getFileName().toString().contains("set-aside"))
                    .toList();
        }
    }

    /** Ends the training thread as a crash does: without a checkpoint. */
    private static final class CrashedException extends RuntimeException {}
}
