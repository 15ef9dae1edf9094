package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.ingest.pairing.rules.PromptKey;
import dev.attune.ingest.pairing.rules.StableHash;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Budgets across prompts, through the whole topology. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets them first.
class PairingBudgetsTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final PairingConfig.Budgets TWO_A_USER = new PairingConfig.Budgets(Duration.ofHours(24), 2, 0);

    @TempDir
    private Path folder;

    private PairingDriver driver;

    @BeforeEach
    void start(Platform platform) {
        driver = open(platform, "first");
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void aUserWhoJudgesFivePromptsHasTheSameTwoPairsInAnyOrder(Platform platform) {
        // All are picks, so the two lowest ids of the five have the places.
        List<String> two = IntStream.range(0, 5)
                .mapToObj(prompt ->
                        StableHash.pairId(new PromptKey(Events.TENANT, "p" + prompt), "a" + prompt, "b" + prompt))
                .sorted()
                .limit(2)
                .toList();

        for (int prompt = 0; prompt < 5; prompt++) {
            judge(driver, "ann", prompt);
            driver.rest();
        }

        assertThat(PairingDriver.active(driver.pairs()).keySet()).containsExactlyElementsOf(two);
        assertThat(driver.meters.get("attune.pairing.kept.out").gauge().value()).isEqualTo(3);
        assertThat(driver.meters
                        .get("attune.pairing.held.back")
                        .tag("bound", "user_budget")
                        .summary()
                        .totalAmount())
                .isEqualTo(3);

        try (PairingDriver other = open(platform, "other")) {
            for (int prompt : List.of(3, 0, 4, 2, 1)) {
                judge(other, "ann", prompt);
            }
            other.rest();
            assertThat(PairingDriver.active(other.pairs()).keySet()).containsExactlyElementsOf(two);
        }
    }

    @Test
    void aRetractedVoteGivesItsPlaceToTheThird() {
        List<PreferencePair> sent = new ArrayList<>();
        for (int prompt = 0; prompt < 5; prompt++) {
            judge(driver, "ann", prompt);
        }
        driver.rest();
        sent.addAll(driver.pairs());
        List<String> out = List.copyOf(PairingDriver.active(sent).keySet());
        PreferencePair first = PairingDriver.active(sent).get(out.getFirst());
        driver = driver.restarted();

        String prompt = first.getPromptId();
        driver.send(Events.retraction(
                "r",
                "t-" + prompt,
                "ann",
                NOON.plusSeconds(1),
                first.getEvidence().getFirst().getEventId()));
        driver.rest();
        List<PreferencePair> after = driver.pairs();
        sent.addAll(after);

        assertThat(after)
                .filteredOn(pair -> pair.getPairId().equals(first.getPairId()))
                .singleElement()
                .satisfies(pair -> {
                    assertThat(pair.getStatus()).isEqualTo(PreferenceStatus.RETRACTED);
                    assertThat(pair.getRevision()).isEqualTo(first.getRevision() + 1);
                });
        assertThat(after)
                .filteredOn(pair -> pair.getStatus() == PreferenceStatus.ACTIVE)
                .singleElement()
                .satisfies(third -> {
                    assertThat(out).doesNotContain(third.getPairId());
                    assertThat(third.getChosen().getValue()).isEqualTo("text a");
                });
        assertThat(PairingDriver.active(sent)).hasSize(2).containsKey(out.getLast());
        assertThat(driver.meters.get("attune.pairing.kept.out").gauge().value()).isEqualTo(2);
    }

    @Test
    void anotherUserAnotherWindowAndAnotherTenantHaveTheirOwn() {
        for (int prompt = 0; prompt < 3; prompt++) {
            judge(driver, "ann", prompt);
            judge(driver, "bob", prompt + 10);
        }
        FeedbackGiven tomorrow = FeedbackGiven.newBuilder(pick("ann", 20))
                .setReceivedAt(NOON.plus(Duration.ofHours(24)))
                .build();
        serve(driver, 20);
        driver.send(tomorrow);
        driver.send(CompletionServed.newBuilder(Events.completion("p30", "t-p30", "a30", "text a"))
                .setTenant("globex")
                .build());
        driver.send(CompletionServed.newBuilder(Events.completion("p30", "t-p30", "b30", "text b"))
                .setTenant("globex")
                .build());
        driver.send(
                FeedbackGiven.newBuilder(pick("ann", 30)).setTenant("globex").build());
        driver.rest();

        assertThat(PairingDriver.active(driver.pairs()).values())
                .extracting(pair -> pair.getTenant() + " "
                        + pair.getEvidence().getFirst().getUserId() + " "
                        + pair.getEvidence().getFirst().getReceivedAt())
                .containsExactlyInAnyOrder(
                        "acme ann " + NOON,
                        "acme ann " + NOON,
                        "acme bob " + NOON,
                        "acme bob " + NOON,
                        "acme ann " + NOON.plus(Duration.ofHours(24)),
                        "globex ann " + NOON);
    }

    @Test
    void poisonBetweenTheStagesIsSetAside() {
        byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
        driver.sendRaw(TOPICS.assembledPairs(), "acme/x".getBytes(StandardCharsets.UTF_8), garbage);
        driver.sendRaw(TOPICS.assembledPairs(), null, garbage);
        judge(driver, "ann", 0);
        driver.rest();

        List<DeadLetter> letters = driver.deadLetters();
        assertThat(letters).extracting(DeadLetter::getReason).containsExactly("not_wire_format", "null_key");
        assertThat(letters).extracting(DeadLetter::getStage).containsOnly("pairing.budget");
        assertThat(driver.pairs()).hasSize(1);
    }

    private PairingDriver open(Platform platform, String name) {
        return new PairingDriver(
                Configs.pairing(folder.resolve(name), Configs.OPEN_RULES, TWO_A_USER), platform.serdes());
    }

    private static void judge(PairingDriver driver, String user, int prompt) {
        serve(driver, prompt);
        driver.send(pick(user, prompt));
    }

    private static void serve(PairingDriver driver, int prompt) {
        driver.send(Events.completion("p" + prompt, "t-p" + prompt, "a" + prompt, "text a"));
        driver.send(Events.completion("p" + prompt, "t-p" + prompt, "b" + prompt, "text b"));
    }

    private static FeedbackGiven pick(String user, int prompt) {
        return Events.pick("e" + prompt, "t-p" + prompt, user, NOON, "a" + prompt, "b" + prompt);
    }
}
