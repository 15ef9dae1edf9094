package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.Probe;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferenceSingle;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.guard.GuardSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The trainer on single answers, on a real broker, registry and engine. */
class KtoTrainerTest extends OneBench {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void singleAnswersBecomeACheckpointThatSaysWhereItComesFrom() throws Exception {
        // Given two batches of four, of which two and three answers are liked; and pairs, which are not this trainer's
        bench.sendInOrder(Pairs.range(0, 4));
        bench.sendSingles(Singles.range(0, 8));

        CheckpointCommitted event;
        String metrics;
        try (TrainerService trainer = TrainerService.start(TrainerConfigs.kto(bench.config(2)))) {
            event = bench.awaitCheckpoint(2);
            metrics = metrics(trainer);
        }

        assertThat(bench.trainedPairs()).containsExactly("+c0", "+c1", "-c2", "+c3", "+c4", "-c5", "+c6", "+c7");
        assertThat(event.getPairs()).isEqualTo(8);
        assertThat(event.getLastEvidenceAt()).isEqualTo(Pairs.LAST_EVIDENCE);
        assertThat(event.getOffsets())
                .allSatisfy(offset -> assertThat(offset.getTopic())
                        .isEqualTo(bench.topics().preferenceSingles().name()));
        TrainedBatch first = bench.batches().getFirst();
        // Policy and reference are the same at first: an answer's loss is half its weight, whatever its strength.
        assertThat(first.metrics().get("loss")).isCloseTo(0.5, within(1e-6));
        assertThat(first.metrics())
                .containsEntry("kl", 0.0)
                .containsEntry("kl/anchor", 0.0)
                .containsEntry("count/chosen", 3.0)
                .containsEntry("count/rejected", 1.0)
                .containsKeys(
                        "rewards/chosen", "rewards/rejected", "rewards/margins", "logps/chosen", "logps/rejected");
        assertThat(event.getEvaluation()).containsKeys("loss", "kl", "rewards/chosen", "logps/rejected");
        TrainedBatch.Pair liked = first.pairs().getFirst();
        assertThat(liked.eventIds()).containsExactly("vote-on-c0");
        assertThat(liked.topic()).isEqualTo(bench.topics().preferenceSingles().name());
        assertThat(liked.strength()).isEqualTo(0.75);
        assertThat(Probe.readAll(TrainerFixture.directory(event).probes())).hasSize(3);
        assertThat(metrics)
                .contains("attune_trainer_kl_anchor{")
                .contains("attune_trainer_rewards_margins{")
                .contains("attune_trainer_count_chosen{")
                .containsPattern("attune_trainer_pairs_total\\{.*} 8\\.0");
    }

    @Test
    void flipsAndRetractionsAreThoseOfPairs() throws Exception {
        // Given c0 revised, c1 retracted, c2 flipped before the first step
        PreferenceSingle strengthened = PreferenceSingle.newBuilder(Singles.revision(Singles.liked("c0"), 2))
                .setStrength(0.9)
                .build();
        TrainerConfig config = TrainerConfigs.kto(bench.config(
                new BatchSettings(3, HOUR, 1000), new CheckpointSettings(bench.checkpoints(), 1, HOUR, 5)));
        bench.sendSingles(List.of(
                Singles.liked("c0"),
                Singles.liked("c1"),
                strengthened,
                Singles.retracted(Singles.liked("c1"), 2),
                Singles.flipped(Singles.liked("c2"), 1),
                Singles.flipped(Singles.flipped(Singles.liked("c2"), 1), 2),
                Singles.liked("c3")));
        try (TrainerService _ = TrainerService.start(config)) {
            bench.awaitCheckpoint(1);

            // When c0 is flipped, c2 strengthened and c3 retracted after it
            bench.sendSingles(List.of(
                    Singles.flipped(Singles.liked("c0"), 3),
                    Singles.revision(Singles.liked("c2"), 3),
                    Singles.retracted(Singles.liked("c3"), 2),
                    Singles.liked("c4"),
                    Singles.flipped(Singles.liked("c5"), 1)));
            bench.awaitCheckpoint(2);
        }

        // Then a direction is trained once, and neither what was retracted before nor what was only strengthened
        assertThat(bench.trainedPairs()).containsExactly("+c0", "+c2", "+c3", "-c0", "+c4", "-c5");
        assertThat(bench.batches().getFirst().pairs().getFirst().strength()).isEqualTo(0.9);
    }

    @Test
    void guardsAndDeadLettersAreThoseOfPairs() throws Exception {
        // Given an answer without a prompt, and a budget that a first update exceeds
        GuardSettings tight = new GuardSettings(1, 0, 0, 1e-12, 0, 0, 0, 4);
        TrainerConfig config = TrainerConfigs.with(
                TrainerConfigs.kto(bench.config(1)),
                tight,
                TrainerConfigs.NOTHING_HELD_OUT,
                TrainerConfig.Approval.AUTOMATIC);
        bench.sendSingles(List.of(PreferenceSingle.newBuilder(Singles.liked("c8"))
                .setPrompt(List.of())
                .build()));
        bench.sendSingles(Singles.range(0, 8));

        try (TrainerService trainer = TrainerService.start(config)) {
            await().atMost(BOUND).until(() -> metrics(trainer).contains("reason=\"kl_budget\""));
            List<DeadLetter> letters = bench.awaitDeadLetters(1);
            assertThat(letters).extracting(DeadLetter::getReason).containsExactly("empty_prompt");
            assertThat(letters.getFirst().getSourceTopic())
                    .isEqualTo(bench.topics().preferenceSingles().name());
        }
        assertThat(bench.chain()).extracting(CheckpointCommitted::getStep).containsExactly(1L);

        // And the folder of a trainer of single answers is not one of pairs
        try (TrainerService pairs = TrainerService.start(bench.config(1))) {
            assertThatThrownBy(pairs::awaitEnd)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("checkpoint.directory")
                    .hasMessageContaining("preference-singles");
        }
    }

    private static String metrics(TrainerService trainer) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + trainer.adminPort() + "/metrics");
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
