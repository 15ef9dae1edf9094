package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.Probe;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CheckpointKind;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** All weights learn, on a real broker, registry and engine: checkpoints are models. */
@ExtendWith(PlatformExtension.class)
class FullTrainerTest {
    @TempDir
    private Path folder;

    @Test
    void aCheckpointIsAModelThatComputesWhatItsProbesSayAndAStopChangesNoBit(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder.resolve("bench"));
                TrainerFixture other = new TrainerFixture(parts, folder.resolve("other"))) {
            // Given a hard refresh with each checkpoint
            bench.sendInOrder(Pairs.range(0, 16));
            try (TrainerService _ = TrainerService.start(full(bench))) {
                bench.awaitCheckpoint(4);
            }
            CheckpointCommitted newest = bench.chain().getLast();
            CheckpointDirectory checkpoint = TrainerFixture.directory(newest);

            // Then it is a model: what is not weights is the base's, and anybody computes what the trainer did
            assertThat(newest.getKind()).isEqualTo(CheckpointKind.MODEL);
            assertThat(checkpoint.verify().manifest().kind()).isEqualTo(ArtifactKind.MODEL);
            for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
                assertThat(checkpoint.model().resolve(file))
                        .hasSameBinaryContentAs(folder.resolve("bench/model").resolve(file));
            }
            assertThat(checkpoint.adapter()).doesNotExist();
            assertThat(Probe.readAll(checkpoint.probes())).hasSize(4);
            for (Probe probe : Probe.readAll(checkpoint.probes())) {
                assertThat(logps(checkpoint.model(), probe.tokens())).isEqualTo(probe.logps());
                assertThat(logps(folder.resolve("bench/model"), probe.tokens())).isNotEqualTo(probe.logps());
            }

            // And the reference is the version, so that the step after it begins at ln 2
            assertThat(checkpoint.root().resolve("state/reference/model.safetensors"))
                    .hasSameBinaryContentAs(checkpoint.root().resolve(CheckpointDirectory.MODEL_WEIGHTS));
            TrainedBatch third = bench.batches().get(2);
            assertThat(third.metrics().get("loss")).isCloseTo(Math.log(2), within(1e-12));
            assertThat(third.metrics().get("kl")).isPositive();

            // When another one is stopped at its first checkpoint, then it comes to the same
            other.sendInOrder(Pairs.range(0, 8));
            try (TrainerService _ = TrainerService.start(full(other))) {
                other.awaitCheckpoint(2);
            }
            other.sendInOrder(Pairs.range(8, 16));
            try (TrainerService _ = TrainerService.start(full(other))) {
                other.awaitCheckpoint(4);
            }
            CheckpointDirectory resumed = TrainerFixture.directory(other.chain().getLast());
            for (String file : List.of(
                    CheckpointDirectory.MODEL_WEIGHTS,
                    "model/config.json",
                    "state/optimizer.safetensors",
                    "state/reference/model.safetensors")) {
                assertThat(resumed.root().resolve(file))
                        .hasSameBinaryContentAs(checkpoint.root().resolve(file));
            }

            assertThatThrownBy(() -> run(config(bench.yaml(4, 2))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "learning.parameters: is adapter, but checkpoint %s holds all weights of a model: set it to"
                                    + " full, or train under a new modelId",
                            newest.getVersion());
        }
    }

    @Test
    void aModelThatIsTooLargeIsRefusedBeforeItIsLoaded(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            // 259 * 16 + 2 * (2 * 16 + 16 * (16 + 8 + 8 + 16) + 3 * 16 * 32) + 16 = 8,832
            String yaml = bench.yaml(4, 2).replace("rank: 2,", "parameters: full, maxParameters: 8831, rank: 2,");

            assertThatThrownBy(() -> run(config(yaml)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("learning.parameters: the model has 8,832 parameters")
                    .hasMessageEndingWith("train an adapter, or allow it with learning.maxParameters: 8832");
        }
    }

    private TrainerConfig full(TrainerFixture bench) throws IOException {
        return config(bench.yaml(4, 2)
                .replace("rank: 2, alpha: 4}", "parameters: full, reference: {refresh: checkpoint, mode: hard}}"));
    }

    private TrainerConfig config(String yaml) throws IOException {
        return ConfigFile.load(Files.writeString(folder.resolve("trainer.yaml"), yaml), TrainerConfig.class);
    }

    private static void run(TrainerConfig config) throws Exception {
        try (TrainerService trainer = TrainerService.start(config)) {
            trainer.awaitEnd();
        }
    }

    private static List<Double> logps(Path model, List<Integer> tokens) {
        int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
        try (CausalLm loaded = CausalLm.load(model);
                NDManager step = loaded.newStep();
                GradientMode _ = GradientMode.off()) {
            float[] logps = loaded.score(step, TokenBatch.of(List.of(new TokenSequence(ids, 1))), null)
                    .tokens()
                    .toFloatArray();
            return IntStream.range(0, logps.length)
                    .mapToObj(i -> (double) logps[i])
                    .toList();
        }
    }
}
