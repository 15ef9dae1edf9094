package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.PickOutcome;
import dev.attune.events.PreferencePair;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** PandaLM's test set: 999 turns of 170 prompts, each judged by three annotators. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PandaLmPairingTest {
    private static final String FILE = "feedback-data/pandalm-testset-v1.json";

    @TempDir
    private Path stateDir;

    @Test
    void rowsOnWhichAllAnnotatorsAgreeAreStrongPairsAndTiesAreNone(Platform platform) throws IOException {
        JsonNode rows = rows();
        Map<String, PreferencePair> pairs = new HashMap<>();
        try (PairingDriver driver = PairingDriver.open(stateDir, platform.serdes())) {
            rows.forEach(row -> send(driver, row));
            driver.rest();
            PairingDriver.active(driver.pairs()).values().forEach(pair -> pairs.put(turn(pair), pair));
            assertThat(driver.deadLetters()).isEmpty();
        }

        int agreed = 0;
        int tied = 0;
        Set<String> prompts = new HashSet<>();
        for (JsonNode row : rows) {
            prompts.add(prompt(row));
            PreferencePair pair = pairs.get(turn(row));
            int winner = row.get("annotator1").intValue();
            boolean agreement = winner == row.get("annotator2").intValue()
                    && winner == row.get("annotator3").intValue();
            if (agreement && winner == 0) {
                tied++;
                assertThat(pair).as("three ties in row %s", row.get("idx")).isNull();
            } else if (agreement) {
                agreed++;
                assertThat(pair).as("agreement in row %s", row.get("idx")).satisfies(strong -> {
                    // s = 3, o = 0, k = 0.5: 3.5 / 4
                    assertThat(strong.getStrength()).isEqualTo(0.875);
                    assertThat(strong.getChosenCompletionId()).isEqualTo(turn(row) + "-" + winner);
                    assertThat(strong.getChosen().getValue())
                            .isEqualTo(row.get("response" + winner).asText());
                });
            }
        }
        assertThat(prompts).hasSize(170);
        assertThat(agreed).isEqualTo(794);
        assertThat(tied).isEqualTo(85);
        // 36 + 33 rows of two against one, 21 + 10 of two and a tie, 13 + 7 of one and two ties.
        assertThat(pairs).hasSize(794 + 36 + 33 + 21 + 10 + 13 + 7);
    }

    private static void send(PairingDriver driver, JsonNode row) {
        String turn = turn(row);
        for (int answer = 1; answer <= 2; answer++) {
            String text = row.get("response" + answer).asText();
            driver.send(Events.completion(prompt(row), turn, turn + "-" + answer, text));
        }
        for (int annotator = 1; annotator <= 3; annotator++) {
            int winner = row.get("annotator" + annotator).intValue();
            String chosen = turn + "-" + (winner == 2 ? 2 : 1);
            String rejected = turn + "-" + (winner == 2 ? 1 : 2);
            PickOutcome outcome = winner == 0 ? PickOutcome.TIE : PickOutcome.CHOSEN;
            driver.send(Events.pick(
                    turn + "-by-" + annotator, turn, "annotator" + annotator, NOON, chosen, rejected, outcome));
        }
    }

    private static String prompt(JsonNode row) {
        return row.get("instruction").asText() + "\n" + row.get("input").asText();
    }

    private static String turn(JsonNode row) {
        return "row" + row.get("idx").intValue();
    }

    private static String turn(PreferencePair pair) {
        String completionId = pair.getChosenCompletionId();
        return completionId.substring(0, completionId.indexOf('-'));
    }

    private static JsonNode rows() throws IOException {
        return new ObjectMapper().readTree(SharedData.resolve(FILE).toFile());
    }
}
