package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.SafeTensors;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.trainer.model.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pre-training that is too small to teach anything, from end to end. */
class PretrainerTest {
    private static final PretrainConfig TINY = new PretrainConfig(6, 4, 3e-3, 2, 0.05, 0.1, 200, 1, 3);

    @TempDir
    private Path directory;

    @Test
    void writesAModelDirectory() throws IOException {
        List<String> progress = new ArrayList<>();

        List<Evaluation.Figures> figures = new Pretrainer(TINY, progress::add).run(directory);

        assertThat(files(directory))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "README.md",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(figures).hasSize(8); // four splits, sampled and greedy
        assertThat(progress).anyMatch(line -> line.startsWith("step 6 of 6: loss on answers"));
        assertThat(directory.resolve("README.md"))
                .content()
                .contains("200 dialogues", "6 steps of 4 dialogues", "| new paraphrases | sampled |")
                .doesNotContainPattern("\\{\\w+}");
        try (CausalLm model = CausalLm.load(directory);
                SafeTensors weights = SafeTensors.open(directory.resolve("model.safetensors"))) {
            assertThat(model.config().vocabularySize()).isEqualTo(1_024);
            assertThat(weights.tensors()).doesNotContainKey("lm_head.weight").hasSize(4 * 9 + 2);
        }
    }

    @Test
    void theSameSeedGivesTheSameTokenizerAndAnotherSeedAnother() throws IOException {
        PretrainConfig quick = TINY.with(1, 200, 0, 3);
        for (String run : List.of("first", "second", "other")) {
            PretrainConfig config = run.equals("other") ? quick.with(1, 200, 0, 4) : quick;
            new Pretrainer(config, line -> {}).run(directory.resolve(run));
        }

        assertThat(tokenizer("second")).isEqualTo(tokenizer("first"));
        assertThat(tokenizer("other")).isNotEqualTo(tokenizer("first"));
    }

    @Test
    void aWrongOptionIsAUsersMistake() {
        String out = directory.resolve("none").toString();

        assertThat(CommandLines.run(new PretrainCommand(), "--out", out, "--steps", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(CommandLines.run(new PretrainCommand(), "--steps", "1")).isEqualTo(ExitCode.USAGE);
        assertThat(directory.resolve("none")).doesNotExist();
    }

    private String tokenizer(String run) throws IOException {
        return Files.readString(directory.resolve(run).resolve("tokenizer.json"));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
