package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.JudgedCompletion;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.events.Thumb;
import dev.attune.events.Vote;
import dev.attune.events.VoteKind;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the prompt stage keeps of a prompt: texts and votes come through two topics, and not all of them stay. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets them first.
class PairingRowsTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    @TempDir
    private Path stateDir;

    private PairingDriver driver;

    @BeforeEach
    void start(Platform platform) {
        driver = PairingDriver.open(stateDir, platform.serdes());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void aPairWaitsForATextThatIsStillOnItsWay() {
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.thumb("e1", "t", "ann", NOON, "a", Thumb.UP));
        // The other answer's votes overtake its text: they come through two topics.
        driver.sendRaw(
                TOPICS.judgedTurns(),
                RecordKeys.row("acme/p", "u").getBytes(StandardCharsets.UTF_8),
                driver.bytes(JudgedTurn.newBuilder()
                        .setEventId("u@1")
                        .setTenant("acme")
                        .setTurnId("u")
                        .setPromptId("p")
                        .setReceivedAt(NOON.toEpochMilli())
                        .setCompletions(List.of(JudgedCompletion.newBuilder()
                                .setCompletionId("b")
                                .setRevision(1)
                                .setTextDigest("another digest")
                                .setTextLength(6)
                                .setVotes(List.of(Vote.newBuilder()
                                        .setEventId("e2")
                                        .setUserId("bob")
                                        .setKind(VoteKind.DOWN)
                                        .setOccurredAt(NOON.toEpochMilli())
                                        .setReceivedAt(NOON.toEpochMilli())
                                        .build()))
                                .build()))
                        .build()));
        driver.rest();
        assertThat(driver.pairs()).isEmpty();
        assertThat(driver.meters
                        .summary("attune.pairing.held.back", "bound", "text_not_here")
                        .totalAmount())
                .isPositive();

        driver.send(Events.completion("p", "u", "b", "text b"));
        driver.rest();

        assertThat(driver.pairs()).singleElement().satisfies(pair -> {
            assertThat(pair.getChosen().getValue()).isEqualTo("text a");
            assertThat(pair.getRejected().getValue()).isEqualTo("text b");
        });
        assertThat(driver.deadLetters()).isEmpty();
    }

    @Test
    void aTextThatNobodyJudgedGoesWithItsTurn() {
        driver.send(Events.completion("p", "t", "judged", "text a"));
        driver.send(Events.completion("p", "t", "passed over", "text b"));
        driver.send(Events.thumb("e1", "t", "ann", NOON, "judged", Thumb.UP));
        assertThat(driver.keptTexts())
                .containsExactly(RecordKeys.row("acme/p", "judged"), RecordKeys.row("acme/p", "passed over"));

        // The turn goes with the round of the sweep that begins after its retention.
        driver.advance(Configs.LIMITS.turnRetention());
        driver.advance(Duration.ofHours(2));

        assertThat(driver.keptTexts()).containsExactly(RecordKeys.row("acme/p", "judged"));
    }

    @Test
    void ofTooManyAnswersTheFirstByTheirIdsCount(Platform platform) {
        driver.close();
        driver = new PairingDriver(Configs.pairingWithAnswers(stateDir, 2), platform.serdes());
        for (String id : List.of("c", "a", "b")) {
            driver.send(Events.completion("p", "t-" + id, id, "text " + id));
            driver.send(Events.thumb("e-" + id, "t-" + id, "ann", NOON, id, id.equals("a") ? Thumb.UP : Thumb.DOWN));
        }
        driver.rest();

        assertThat(driver.pairs())
                .extracting(PreferencePair::getRejectedCompletionId)
                .containsExactly("b");
        assertThat(driver.meters
                        .summary("attune.pairing.held.back", "bound", "answers_per_prompt")
                        .totalAmount())
                .isEqualTo(1);
    }
}
