package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.AnswerFailure;
import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.PairOrigin;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets them first.
class PairingTopologyTest {
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
    void thumbsOfOneTurnMakeAPairWithItsEvidence() {
        driver.send(Events.completion("p", "t", "good", "polite"));
        driver.send(CompletionServed.newBuilder(Events.completion("p", "t", "bad", "rude"))
                .setReceivedAt(NOON.plusSeconds(5))
                .build());
        driver.send(Events.thumb("e1", "t", "ann", NOON, "good", Thumb.UP));
        driver.send(Events.thumb("e2", "t", "bob", NOON.plusSeconds(9), "bad", Thumb.DOWN));

        assertThat(driver.pairs()).as("within the quiet period").isEmpty();
        driver.rest();

        assertThat(driver.pairRecords()).singleElement().satisfies(record -> {
            PreferencePair pair = record.value();
            assertThat(record.key()).isEqualTo("acme/" + pair.getPairId());
            assertThat(pair.getChosen().getValue()).isEqualTo("polite");
            assertThat(pair.getRejected().getValue()).isEqualTo("rude");
            assertThat(pair.getPrompt().getFirst().getContent().getValue()).isEqualTo("question of p");
            assertThat(pair.getStrength()).isEqualTo(2.5 / 3);
            assertThat(pair.getRevision()).isEqualTo(1);
            assertThat(pair.getStatus()).isEqualTo(PreferenceStatus.ACTIVE);
            assertThat(pair.getEvidence())
                    .extracting(evidence -> evidence.getEventId() + " on " + evidence.getCompletionId())
                    .containsExactly("e1 on good", "e2 on bad");
            assertThat(pair.getFirstEvidenceAt()).isEqualTo(NOON);
            assertThat(pair.getLastEvidenceAt()).isEqualTo(NOON.plusSeconds(9));
            assertThat(pair.getServedAt()).isEqualTo(NOON.plusSeconds(5));
            assertThat(pair.getChosenModelVersion()).isEqualTo("v000000-base");
        });
    }

    @Test
    void feedbackMayComeBeforeItsCompletions() {
        driver.send(Events.pick("e1", "t", "ann", NOON, "a", "b"));
        driver.send(Events.completion("p", "t", "b", "text b"));
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.rest();

        assertThat(driver.pairs())
                .singleElement()
                .satisfies(pair -> assertThat(pair.getChosenCompletionId()).isEqualTo("a"));
    }

    @Test
    void aChangedMindFlipsARetractionRetractsAndADuplicateDoesNothing() {
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.completion("p", "t", "b", "text b"));
        driver.send(Events.pick("e1", "t", "ann", NOON, "a", "b"));
        driver.rest();
        PreferencePair first = driver.pairs().getFirst();

        driver.send(Events.pick("e2", "t", "ann", NOON.plusSeconds(1), "b", "a"));
        driver.rest();
        PreferencePair flipped = driver.pairs().getFirst();

        driver.send(Events.pick("e1", "t", "ann", NOON, "a", "b"));
        driver.rest();
        assertThat(driver.pairs()).isEmpty();

        driver.send(Events.retraction("e3", "t", "ann", NOON.plusSeconds(2), "e2"));
        driver.rest();
        PreferencePair retracted = driver.pairs().getFirst();

        assertThat(List.of(first.getChosenCompletionId(), flipped.getChosenCompletionId()))
                .containsExactly("a", "b");
        assertThat(List.of(flipped.getPairId(), retracted.getPairId())).containsOnly(first.getPairId());
        assertThat(List.of(first.getRevision(), flipped.getRevision(), retracted.getRevision()))
                .containsExactly(1L, 2L, 3L);
        assertThat(retracted.getStatus()).isEqualTo(PreferenceStatus.RETRACTED);
        assertThat(driver.meters
                        .counter(
                                "attune.pairing.duplicates",
                                "topic",
                                TOPICS.feedback().name())
                        .count())
                .isEqualTo(1);
    }

    @Test
    void anEditIsAPairAnEditOfItRevisesItAndARetractionRetractsIt() {
        driver.send(Events.edit("e1", "t", "ann", NOON, "a", "first edit"));
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.rest();
        driver.send(FeedbackGiven.newBuilder(Events.edit("e2", "t", "ann", NOON.plusSeconds(1), "a", "second edit"))
                .setReceivedAt(NOON.plusSeconds(60))
                .build());
        driver.rest();
        driver.send(Events.retraction("e3", "t", "ann", NOON.plusSeconds(2), "e2"));
        driver.rest();

        List<PreferencePair> pairs = driver.pairs();
        assertThat(pairs)
                .extracting(pair -> pair.getRevision() + " " + pair.getStatus() + " "
                        + pair.getChosen().getValue() + " > "
                        + pair.getRejected().getValue())
                .containsExactly(
                        "1 ACTIVE first edit > text a",
                        "2 ACTIVE second edit > text a",
                        "3 RETRACTED second edit > text a");
        PreferencePair pair = pairs.get(1);
        assertThat(pairs).extracting(PreferencePair::getPairId).containsOnly(pair.getPairId());
        assertThat(pairs).extracting(PreferencePair::getServedAt).containsOnly(NOON);
        assertThat(pair.getOrigin()).isEqualTo(PairOrigin.EDIT);
        assertThat(pair.getChosenModelVersion()).as("a person wrote it").isEmpty();
        assertThat(pair.getRejectedModelVersion()).isEqualTo("v000000-base");
        assertThat(pair.getPrompt().getFirst().getContent().getValue()).isEqualTo("question of p");
        assertThat(pair.getEvidence())
                .extracting(one -> one.getKind() + " by " + one.getUserId() + " in " + one.getEventId())
                .containsExactly("EDITED by ann in e2");
        assertThat(driver.deadLetters()).isEmpty();
    }

    @Test
    void anEditThatChangesNothingIsNoPairAndAnEditWithoutATextADeadLetter() {
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.edit("e1", "t", "ann", NOON, "a", "text a"));
        driver.send(Events.feedback("e2", "t", "bob", NOON, FeedbackKind.EDIT)
                .setCompletionId("a")
                .build());
        driver.rest();

        assertThat(driver.pairs()).isEmpty();
        assertThat(driver.deadLetters()).extracting(DeadLetter::getReason).containsExactly("incomplete_feedback");
    }

    @Test
    void selfContainedFeedbackNeedsNoLoggedCompletions() {
        CompletionServed a = Events.completion("p", "t", "a", "text a");
        CompletionServed b = CompletionServed.newBuilder(Events.completion("p", "t", "b", "text b"))
                .setModelVersion("")
                .build();
        driver.send(Events.selfContained(Events.pick("e1", "t", "ann", NOON, "a", "b"), a, b));
        driver.rest();
        // Logged after all: nothing new of a, the version of b, and another text under b's name.
        driver.send(a);
        driver.send(Events.completion("p", "t", "b", "text b"));
        driver.send(Events.completion("p", "t", "b", "another text"));
        driver.rest();

        assertThat(driver.pairs())
                .extracting(pair -> pair.getRevision() + " " + pair.getChosen().getValue() + " by "
                        + pair.getChosenModelVersion() + " > "
                        + pair.getRejected().getValue() + " by " + pair.getRejectedModelVersion())
                .containsExactly(
                        "1 text a by v000000-base > text b by ", "2 text a by v000000-base > text b by v000000-base");
        assertThat(driver.deadLetters()).extracting(DeadLetter::getReason).containsExactly("conflicting_duplicate");
    }

    @Test
    void anEditMayBringItsOriginal() {
        driver.send(Events.selfContained(
                Events.edit("e1", "t", "ann", NOON, "a", "edited"), Events.completion("p", "t", "a", "text a")));
        driver.rest();

        assertThat(driver.pairs()).singleElement().satisfies(pair -> {
            assertThat(pair.getChosen().getValue()).isEqualTo("edited");
            assertThat(pair.getPrompt().getFirst().getContent().getValue()).isEqualTo("question of p");
        });
    }

    @Test
    void aPromptThatIsNeverQuietIsHeardAfterTheMaximumDelay() {
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.completion("p", "t", "b", "text b"));
        driver.send(Events.pick("e0", "t", "ann", NOON, "a", "b"));

        // A vote every 100 ms, quiet period 200 ms, maximum delay 2 s.
        for (int i = 1; i < 20; i++) {
            driver.advance(Duration.ofMillis(100));
            driver.send(Events.pick("e" + i, "t", "user" + i, NOON, "a", "b"));
        }
        assertThat(driver.pairs()).isEmpty();
        driver.advance(Duration.ofMillis(150));

        assertThat(driver.pairs())
                .singleElement()
                .satisfies(pair -> assertThat(pair.getSupporting()).isEqualTo(20));
    }

    @Test
    void pairsAreMadeAcrossTurnsOfOnePromptAndNeverAcrossTenants() {
        driver.send(Events.completion("p", "t1", "a", "text a"));
        driver.send(Events.completion("p", "t2", "b", "text b"));
        driver.send(CompletionServed.newBuilder(Events.completion("p", "t3", "c", "text c"))
                .setTenant("other")
                .build());
        driver.send(Events.thumb("e1", "t1", "ann", NOON, "a", Thumb.UP));
        driver.send(Events.thumb("e2", "t2", "bob", NOON, "b", Thumb.DOWN));
        driver.send(FeedbackGiven.newBuilder(Events.thumb("e3", "t3", "bob", NOON, "c", Thumb.DOWN))
                .setTenant("other")
                .build());
        driver.rest();

        assertThat(driver.pairs()).singleElement().satisfies(pair -> {
            assertThat(pair.getChosenCompletionId()).isEqualTo("a");
            assertThat(pair.getRejectedCompletionId()).isEqualTo("b");
            assertThat(pair.getTenant()).isEqualTo("acme");
        });
    }

    @Test
    void poisonBecomesDeadLettersAndTheStreamGoesOn() {
        byte[] key = "acme/t".getBytes(StandardCharsets.UTF_8);
        byte[] garbage = "{\"not\": \"avro\"}".getBytes(StandardCharsets.UTF_8);
        byte[] unknownSchema = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3};
        driver.sendRaw(TOPICS.feedback(), key, garbage);
        driver.sendRaw(TOPICS.completions(), key, unknownSchema);
        driver.sendRaw(TOPICS.feedback(), null, garbage);
        driver.sendRaw(TOPICS.judgedTurns(), key, garbage);
        driver.send(Events.feedback("e1", "t", "ann", NOON, FeedbackKind.THUMB).build());
        driver.send(
                Events.feedback("e2", "t", "ann", NOON, FeedbackKind.UNKNOWN).build());
        driver.send(Events.pick("e3", "t", "ann", NOON, "a", "a"));
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.completion("p", "t", "a", "another text"));

        List<DeadLetter> letters = driver.deadLetters();

        assertThat(letters)
                .extracting(DeadLetter::getReason)
                .containsExactly(
                        "not_wire_format",
                        "unknown_schema_id",
                        "null_key",
                        "not_wire_format",
                        "incomplete_feedback",
                        "unknown_kind",
                        "same_completion_twice",
                        "conflicting_duplicate");
        assertThat(letters.getFirst().getSourceTopic()).isEqualTo("attune.feedback");
        assertThat(letters.getFirst().getSourcePartition()).isZero();
        assertThat(letters.getFirst().getSourceOffset()).isZero();
        assertThat(letters.getFirst().getTenant()).isEqualTo("acme");
        assertThat(letters.getFirst().getValue().array()).isEqualTo(garbage);
        assertThat(letters).extracting(DeadLetter::getEventId).doesNotHaveDuplicates();
        assertThat(driver.meters
                        .counter("attune.pairing.dead.letters", "reason", "not_wire_format")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aRecordUnderAnothersKeyIsRefused() {
        driver.sendRaw(
                TOPICS.feedback(),
                "evil/t".getBytes(StandardCharsets.UTF_8),
                driver.bytes(Events.thumb("e1", "t", "ann", NOON, "a", Thumb.UP)));

        // Tenant "a" with turn "b/t" and tenant "a/b" with turn "t" would share a key.
        driver.send(CompletionServed.newBuilder(Events.completion("p", "t", "a", "text a"))
                .setTenant("a/b")
                .build());

        assertThat(driver.deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly("key_mismatch", "key_mismatch");
    }

    @Test
    void anAnswerThatFailedIsNoSideOfAPair() {
        driver.send(Events.completion("p", "t", "good", "kind"));
        driver.send(CompletionServed.newBuilder(Events.completion("p", "t", "failed", ""))
                .setFailure(AnswerFailure.TIMEOUT)
                .build());
        driver.send(Events.thumb("e1", "t", "ann", NOON, "good", Thumb.UP));
        driver.send(Events.thumb("e2", "t", "ann", NOON, "failed", Thumb.DOWN));

        driver.advance(Duration.ofMinutes(1));

        assertThat(driver.pairs()).isEmpty();
        assertThat(driver.meters.counter("attune.pairing.failed.answers").count())
                .isEqualTo(1);

        // The second attempt is an answer, and what was said of it counts.
        driver.send(Events.completion("p", "t", "failed", "rude"));
        driver.advance(Duration.ofMinutes(1));

        assertThat(driver.pairs())
                .singleElement()
                .satisfies(pair -> assertThat(pair.getRejectedCompletionId()).isEqualTo("failed"));
    }

    @Test
    void feedbackWithoutACompletionExpiresByTheTimesOfTheRecords() {
        driver.send(Events.thumb("e1", "lost", "ann", NOON, "nowhere", Thumb.UP));
        assertThat(driver.meters.get("attune.pairing.feedback.waiting").gauge().value())
                .isEqualTo(1);

        // Ten minutes of the records' own time pass within a moment of the wall clock.
        Instant later = NOON.plus(Duration.ofMinutes(10));
        driver.send(CompletionServed.newBuilder(Events.completion("p", "t", "a", "text a"))
                .setReceivedAt(later)
                .build());
        driver.advance(Duration.ofSeconds(1));

        DeadLetter expired = driver.deadLetters().getFirst();
        assertThat(expired.getReason()).isEqualTo("completion_never_came");
        assertThat(expired.getSourceTopic()).isEqualTo("attune.feedback");
        assertThat(expired.getSourceOffset()).isZero();
        assertThat(expired.getResolved()).isFalse();
        assertThat(driver.meters.get("attune.pairing.feedback.waiting").gauge().value())
                .isZero();

        driver.send(Events.completion("q", "lost", "nowhere", "late"));

        assertThat(driver.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getResolved()).isTrue();
            assertThat(letter.getEventId()).isEqualTo(expired.getEventId());
        });
    }

    @Test
    void theWallClockExpiresNothingWhileInputKeepsComing() {
        driver.send(Events.thumb("e1", "lost", "ann", NOON, "nowhere", Thumb.UP));

        for (int i = 0; i < 60; i++) {
            driver.advance(Duration.ofSeconds(20));
            driver.send(Events.completion("p", "t" + i, "a" + i, "text"));
        }
        assertThat(driver.deadLetters()).isEmpty();

        driver.advance(Duration.ofSeconds(31));
        assertThat(driver.deadLetters()).extracting(DeadLetter::getReason).containsExactly("completion_never_came");
    }

    @Test
    void anAnswerThatStaysAloneBecomesASingleAndIsTakenBackWhenItFindsAPartner() {
        driver.send(Events.completion("p", "t", "a", "text a"));
        driver.send(Events.thumb("e1", "t", "ann", NOON, "a", Thumb.UP));
        driver.rest();
        assertThat(driver.singles()).isEmpty();

        driver.advance(Duration.ofHours(25));
        PreferenceSingle single = driver.singles().getFirst();
        driver.send(Events.completion("p", "t", "b", "text b"));
        driver.send(Events.thumb("e2", "t", "ann", NOON, "b", Thumb.DOWN));
        driver.rest();

        assertThat(single.getDesirable()).isTrue();
        assertThat(single.getStatus()).isEqualTo(PreferenceStatus.ACTIVE);
        assertThat(single.getServedAt()).isEqualTo(NOON);
        assertThat(driver.singles()).singleElement().satisfies(revised -> {
            assertThat(revised.getStatus()).isEqualTo(PreferenceStatus.RETRACTED);
            assertThat(revised.getRevision()).isEqualTo(2);
        });
        assertThat(driver.pairs()).hasSize(1);
    }
}
