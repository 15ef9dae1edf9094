package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The first question of every product team, asked of two instances that share three partitions. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingQueriesTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TURNS = 12;

    @TempDir
    private Path folder;

    @Test
    void everyInstanceAnswersForEveryTurnOfTheRightTenant(Platform platform) throws Exception {
        Topics topics = platform.createTopics(3);
        try (PairingProcess first = new PairingProcess(platform, topics, folder.resolve("0"), "0", "");
                PairingProcess second = new PairingProcess(platform, topics, folder.resolve("1"), "1", "");
                EventSender sender = new EventSender(platform, topics)) {
            first.awaitReady();
            second.awaitReady();
            for (int i = 0; i < TURNS; i++) {
                sendPair(sender, "t" + i);
            }
            sendUnpaired(sender);
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> platform.readAll(topics.preferencePairs()).size() >= TURNS);

            for (PairingProcess instance : List.of(first, second)) {
                for (int i = 0; i < TURNS; i++) {
                    JsonNode turn = ok(instance.ask("/v1/turns/t" + i, PairingProcess.ACME_KEY));
                    assertThat(turn.at("/votes/0/standing").asText()).isEqualTo("counts");
                    assertThat(turn.at("/prompts/0/pairs/0/chosen").asText()).isEqualTo("t" + i + "a");
                    JsonNode prompt = ok(instance.ask("/v1/prompts/p-t" + i, PairingProcess.ACME_KEY));
                    assertThat(prompt.at("/pairs/0/status").asText()).isEqualTo("active");
                    assertThat(prompt.at("/pairs/0/evidence/0").asText()).isEqualTo("e-t" + i);
                    assertThat(prompt.at("/noPairs")).isEmpty();
                    assertThat(prompt.at("/pairs/0").has("budgets")).isFalse();
                }
                assertReasons(instance);
                assertRefusals(instance);
            }
        }
    }

    @Test
    void everyInstanceSaysWhichBoundKeepsAPairOut(Platform platform) throws Exception {
        Topics topics = platform.createTopics(3);
        String budgets = "budgets: {maxPairsPerUser: 3}";
        try (PairingProcess first = new PairingProcess(platform, topics, folder.resolve("0"), "0", budgets);
                PairingProcess second = new PairingProcess(platform, topics, folder.resolve("1"), "1", budgets);
                EventSender sender = new EventSender(platform, topics)) {
            first.awaitReady();
            second.awaitReady();
            for (int i = 0; i < TURNS; i++) {
                sendPair(sender, "t" + i);
            }
            sender.flush();

            for (PairingProcess instance : List.of(first, second)) {
                await().atMost(BOUND)
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> assertThreeAreOut(budgetedPairs(instance)));
                String path = budgetedPath(instance, "t0");
                assertThat(instance.ask(path, PairingProcess.OTHER_KEY).statusCode())
                        .isEqualTo(404);
                assertThat(instance.ask(path, "").statusCode()).isEqualTo(401);
                assertThat(instance.ask("/v1/pairs/unheard-of", PairingProcess.ACME_KEY)
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }

    private static void assertThreeAreOut(List<JsonNode> pairs) {
        assertThat(pairs)
                .filteredOn(pair -> pair.at("/status").asText().equals("active"))
                .hasSize(3)
                .allSatisfy(pair -> assertThat(pair.at("/keptOutBy")).isEmpty());
        assertThat(pairs)
                .filteredOn(pair -> pair.at("/status").asText().equals("kept_out"))
                .hasSize(TURNS - 3)
                .allSatisfy(pair -> {
                    assertThat(pair.at("/keptOutBy/0/bound").asText()).isEqualTo("user");
                    assertThat(pair.at("/keptOutBy/0/detail").asText()).contains("3 others", "budgets.maxPairsPerUser");
                });
    }

    private static List<JsonNode> budgetedPairs(PairingProcess instance) throws Exception {
        List<JsonNode> pairs = new ArrayList<>();
        for (int i = 0; i < TURNS; i++) {
            pairs.add(ok(instance.ask(budgetedPath(instance, "t" + i), PairingProcess.ACME_KEY)));
        }
        return pairs;
    }

    private static String budgetedPath(PairingProcess instance, String turn) throws Exception {
        JsonNode prompt = ok(instance.ask("/v1/prompts/p-" + turn, PairingProcess.ACME_KEY));
        return prompt.at("/pairs/0/budgets").asText();
    }

    private static void assertReasons(PairingProcess instance) throws Exception {
        JsonNode waiting = ok(instance.ask("/v1/turns/lonely", PairingProcess.ACME_KEY));
        assertThat(waiting.at("/votes/1/standing").asText()).isEqualTo("waiting_for_completion");
        assertThat(waiting.at("/votes/1/detail").asText()).isEqualTo("waiting for completion c2");
        assertThat(waiting.at("/prompts/0/noPairs/0/reason").asText()).isEqualTo("only_one_judged_completion");
        JsonNode equal = ok(instance.ask("/v1/prompts/p-equal", PairingProcess.ACME_KEY));
        assertThat(equal.at("/noPairs/0/reason").asText()).isEqualTo("equal_texts");
        assertThat(equal.toString()).doesNotContain("the very same");
        JsonNode weak = ok(instance.ask("/v1/prompts/p-weak", PairingProcess.ACME_KEY));
        assertThat(weak.at("/noPairs/0/detail").asText()).contains("strength 0.500 is below the minimum of 0.6");
        JsonNode silent = ok(instance.ask("/v1/turns/silent", PairingProcess.ACME_KEY));
        assertThat(silent.at("/votes/0/standing").asText()).isEqualTo("not_for_training");
        assertThat(silent.at("/prompts/0/noPairs/0/reason").asText()).isEqualTo("not_for_training");
    }

    private static void assertRefusals(PairingProcess instance) throws Exception {
        HttpResponse<String> nobody = instance.ask("/v1/turns/t0", "");
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(JSON.readTree(nobody.body()).get("type").asText()).isEqualTo("urn:attune:problem:unauthenticated");
        assertThat(instance.ask("/v1/turns/t0", "some-other-key-123").statusCode())
                .isEqualTo(401);
        HttpResponse<String> unbudgeted = instance.ask("/v1/pairs/any", PairingProcess.ACME_KEY);
        assertThat(unbudgeted.statusCode()).isEqualTo(404);
        assertThat(unbudgeted.body()).contains("no budgets are set");
        for (String path :
                List.of("/v1/turns/t0", "/v1/prompts/p-t0", "/v1/turns/acme%2Ft0", "/v1/turns/..%2Facme%2Ft0")) {
            HttpResponse<String> stranger = instance.ask(path, PairingProcess.OTHER_KEY);
            assertThat(stranger.statusCode()).as(path).isEqualTo(404);
        }
    }

    private static JsonNode ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void sendPair(EventSender sender, String turn) {
        sendCompletions(sender, turn, "text a", "text b");
        sender.send(Events.pick("e-" + turn, turn, "ann", NOON, turn + "a", turn + "b"));
    }

    private static void sendUnpaired(EventSender sender) {
        sender.send(Events.completion("p-lonely", "lonely", "c1", "text"));
        sender.send(Events.thumb("e1", "lonely", "ann", NOON, "c1", Thumb.UP));
        sender.send(Events.thumb("e2", "lonely", "ann", NOON, "c2", Thumb.DOWN));

        sendCompletions(sender, "equal", "the very same", "the very same");
        sender.send(Events.pick("e-equal", "equal", "ann", NOON, "equala", "equalb"));

        sendCompletions(sender, "weak", "text a", "text b");
        sender.send(Events.pick("e-weak-1", "weak", "ann", NOON, "weaka", "weakb"));
        sender.send(Events.pick("e-weak-2", "weak", "bob", NOON, "weakb", "weaka"));

        sendCompletions(sender, "silent", "text a", "text b");
        sender.send(FeedbackGiven.newBuilder(Events.pick("e-silent", "silent", "ann", NOON, "silenta", "silentb"))
                .setAllowTraining(false)
                .build());
    }

    private static void sendCompletions(EventSender sender, String turn, String one, String other) {
        sender.send(Events.completion("p-" + turn, turn, turn + "a", one));
        sender.send(Events.completion("p-" + turn, turn, turn + "b", other));
    }
}
