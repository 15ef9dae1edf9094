package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.BaseRevision;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of another adapter or another base than the settings name. */
@ExtendWith(PlatformExtension.class)
class CheckpointFitTest {
    @TempDir
    private Path folder;

    @Test
    void anotherRankOtherModulesOrAnotherBaseIsOneMessageThatNamesBoth(Platform parts) throws Exception {
        try (TrainerFixture bench = new TrainerFixture(parts, folder)) {
            // Given a checkpoint of rank 2 on all modules
            String settings = bench.yaml(4, 1);
            bench.sendInOrder(Pairs.range(0, 4));
            try (TrainerService _ = TrainerService.start(config(settings))) {
                bench.awaitCheckpoint(1);
            }

            assertThatThrownBy(() -> run(config(settings.replace("rank: 2, alpha: 4", "rank: 4, alpha: 8"))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "learning.rank: is 4 with scale 2.0, but the checkpoint's adapter has rank 2 and scale 2.0:"
                                    + " set it so, or train under a new modelId");
            assertThatThrownBy(() -> run(config(settings.replace("rank: 2,", "rank: 2, targetModules: [q_proj],"))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("learning.targetModules: are [q_proj], but the checkpoint's adapter has [down_proj,"
                            + " gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj]: set it so, or train under a new"
                            + " modelId");
            assertThatThrownBy(() -> run(config(settings.replace("rank: 2,", "parameters: full, rank: 2,"))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "learning.parameters: is full, but checkpoint %s holds an adapter: set it to adapter,"
                                    + " or train under a new modelId",
                            bench.chain().getLast().getVersion());
            Path other = TinyModel.write(folder.resolve("other"));
            Path shape = other.resolve("config.json");
            Files.writeString(shape, Files.readString(shape).replace("10000.0", "20000.0"));
            Path model = folder.resolve("model");
            assertThatThrownBy(() -> run(config(settings.replace(model.toString(), other.toString()))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith(
                            "baseModel: other (revision %s) is not the base of checkpoint %s, model (revision %s):"
                                    .formatted(
                                            BaseRevision.of(other),
                                            bench.chain().getLast().getVersion(),
                                            BaseRevision.of(model)));

            // And nothing has changed: with the old settings it goes on
            bench.sendInOrder(Pairs.range(4, 8));
            try (TrainerService _ = TrainerService.start(config(settings))) {
                bench.awaitCheckpoint(2);
            }
            assertThat(bench.trainedPairs()).hasSize(8);
        }
    }

    private TrainerConfig config(String yaml) throws Exception {
        return ConfigFile.load(Files.writeString(folder.resolve("trainer.yaml"), yaml), TrainerConfig.class);
    }

    private static void run(TrainerConfig config) throws Exception {
        try (TrainerService trainer = TrainerService.start(config)) {
            trainer.awaitEnd();
        }
    }
}
