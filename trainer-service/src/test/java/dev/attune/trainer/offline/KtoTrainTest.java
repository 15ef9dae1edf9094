package dev.attune.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code attune train --loss kto}. */
class KtoTrainTest {
    @TempDir
    Path directory;

    private final TrainRun run = new TrainRun();

    private int train(String... arguments) {
        return run.train(directory, arguments);
    }

    @Test
    void ktoLearnsFromJudgedAnswersAndFromPairs() throws IOException {
        Path answers = Files.writeString(directory.resolve("answers.jsonl"), """
                {"prompt": "Tom had a ball.", "completion": " He ran.", "label": true, "strength": 0.75}
                {"prompt": "Tom had a ball.", "completion": " No.", "label": false}
                {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "a"}],\
                 "label": true}
                {"prompt": "Anna had a dog.", "chosen": " It sat.", "rejected": " Dog."}
                """);
        Path report = directory.resolve("report.json");

        int exitCode = train(
                "--pairs",
                answers.toString(),
                "--loss",
                "kto",
                "--steps",
                "20",
                "--lr",
                "1e-2",
                "--undesirable-weight",
                "1.5",
                "--report",
                report.toString());

        assertThat(run.err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(run.out.toString()).contains("5 answers, 3 of them liked and 0 truncated");
        JsonNode steps = new ObjectMapper().readTree(report.toFile()).get("steps");
        // Policy and reference are the same at first: each answer's loss is half its weight.
        assertThat(steps.get(0).get("loss").asDouble()).isCloseTo((3 * 0.5 + 2 * 0.75 + 0.25 * 0.25) / 5, within(1e-6));
        assertThat(steps.get(0).get("kl").asDouble()).isZero();
        assertThat(steps.get(19).get("loss").asDouble())
                .isLessThan(0.9 * steps.get(0).get("loss").asDouble());
        assertThat(steps.get(19).get("rewards/margins").asDouble()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"prompt": "a", "completion": "b"}                     | line 1: label: is missing
                    {"prompt": "a", "completion": "b", "label": "yes"}     | line 1: label: must be true or false, not text
                    {"prompt": "a", "completion": 1, "label": true}        | line 1: completion: must be text, not a number
                    {"prompt": "a", "chosen": "b"}                         | line 1: rejected: is missing
                    """)
    void namesLineAndFieldOfAJudgedAnswer(String content, String message) throws IOException {
        Path answers = Files.writeString(directory.resolve("answers.jsonl"), content);

        int exitCode = train("--pairs", answers.toString(), "--loss", "kto");

        assertThat(exitCode).isEqualTo(2);
        assertThat(run.err.toString()).isEqualToIgnoringNewLines("train: " + answers + ": " + message);
    }
}
