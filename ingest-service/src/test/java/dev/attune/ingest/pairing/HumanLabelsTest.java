package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.Evidence;
import dev.attune.events.PreferencePair;
import dev.attune.ingest.gateway.Gateway;
import dev.attune.ingest.gateway.GatewayConfig;
import dev.attune.ingest.replay.ReplayMain;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigFile;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import dev.attune.testing.SharedData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two datasets that people labelled, from the file over HTTP, gateway and Kafka to the pairs. What has to come out is read from
 * the same files without any of the rules' code: each pair's prompt, both texts, who won, and how strongly.
 */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class HumanLabelsTest {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String KEY = "a-key-of-annotators";
    private static final String LAST_PROMPT = "The last question?";
    /** Sent after everything else on the only partition. */
    private static final String LAST_PICK = """
            {"kind": "pick", "pick": "chosen", "turnId": "the-last-turn", "userId": "u", "chosenCompletionId": "yes",
             "rejectedCompletionId": "no", "messages": [{"role": "user", "content": "%s"}],
             "completions": [{"completionId": "yes", "text": "Yes."}, {"completionId": "no", "text": "No."}]}""".formatted(LAST_PROMPT);

    /**
     * Every bound that would hold pairs back is open: one prompt has up to ten rows of PandaLM, all by the same three annotators
     * (maxPairsPerUser, maxPairsPerPrompt), some answers are empty beside long ones (maxLengthRatio), and anything above a draw
     * counts (minimumStrength; of three votes the least is 0.625).
     */
    private static final String OPEN_RULES =
            "rules: {minimumStrength: 0.51, maxPairsPerPrompt: 0, maxPairsPerUser: 0, maxLengthRatio: 0}";

    @TempDir
    private Path folder;

    /** What people said of two answers to a prompt; without ids, so that a file can say it as well as a pair. */
    private record Labels(String prompt, String chosen, String rejected, int forChosen, int forRejected, int ties) {
        /** @param votes how many found them equal, the first better, the second better */
        static Labels of(String prompt, String first, String second, int[] votes) {
            return votes[1] >= votes[2]
                    ? new Labels(prompt, first, second, votes[1], votes[2], votes[0])
                    : new Labels(prompt, second, first, votes[2], votes[1], votes[0]);
        }

        static Labels of(PreferencePair pair) {
            int[] votes = new int[3];
            for (Evidence vote : pair.getEvidence()) {
                boolean ofChosen = vote.getCompletionId().equals(pair.getChosenCompletionId());
                switch (vote.getKind()) {
                    case TIED -> votes[0]++;
                    case PREFERRED -> votes[ofChosen ? 1 : 2]++;
                    case DISPREFERRED -> votes[ofChosen ? 2 : 1]++;
                    default -> throw new AssertionError("nobody said " + vote.getKind());
                }
            }
            return new Labels(
                    pair.getPrompt().getFirst().getContent().getValue(),
                    pair.getChosen().getValue(),
                    pair.getRejected().getValue(),
                    votes[1],
                    votes[2],
                    votes[0]);
        }

        boolean isDraw() {
            return forChosen == forRejected;
        }

        /** With half a vote assumed on each side, and half a vote for each side from a tie. */
        double strength() {
            return (forChosen + 0.5 * ties + 0.5) / (forChosen + forRejected + ties + 1);
        }
    }

    @Test
    void pandaLm(Platform platform) throws Exception {
        Path file = SharedData.resolve("feedback-data/pandalm-testset-v1.json");
        List<Labels> rows = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(file.toFile())) {
            int[] votes = new int[3];
            for (int annotator = 1; annotator <= 3; annotator++) {
                votes[row.get("annotator" + annotator).intValue()]++;
            }
            rows.add(Labels.of(pandaLmPrompt(row), answer(row, "response1"), answer(row, "response2"), votes));
        }
        List<Labels> decided = rows.stream().filter(row -> !row.isDraw()).toList();
        // 794 rows of one mind: 3.5 / 4. 31 of two and a tie: 3 / 4. 69 of two against one and 20 of one and two ties:
        // 2.5 / 4.
        assertThat(strengths(decided)).isEqualTo(Map.of(0.875, 794, 0.75, 31, 0.625, 69 + 20));
        assertThat(decided).hasSize(914);
        assertThat(rows.stream().filter(Labels::isDraw)).hasSize(85).allMatch(row -> row.ties() == 3);

        List<PreferencePair> pairs = replayed(platform, "pandalm", file);

        check(pairs, decided);
        assertThat(pairs.stream().map(Labels::of).filter(pair -> pair.forRejected() > 0))
                .as("conflicts")
                .hasSize(69);
    }

    @Test
    void fineGrained(Platform platform) throws Exception {
        Path file = SharedData.resolve("feedback-data/finegrained-rlhf-dev-feedback.json");
        List<Labels> comparisons = new ArrayList<>();
        int[][] compared = {{1, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}};
        for (JsonNode row : new ObjectMapper().readTree(file.toFile())) {
            for (int i = 0; i < compared.length; i++) {
                int[] votes = new int[3];
                votes[row.get("preference").get(i).intValue()] = 1;
                String first = answer(row, "prediction " + compared[i][0]);
                String second = answer(row, "prediction " + compared[i][1]);
                comparisons.add(Labels.of(fineGrainedPrompt(row), first, second, votes));
            }
        }
        List<Labels> decided = comparisons.stream().filter(one -> !one.isDraw()).toList();
        // 500 questions with 6 comparisons each, of one annotator: 1.5 / 2, or a tie.
        assertThat(strengths(decided)).isEqualTo(Map.of(0.75, 2616));
        assertThat(comparisons.stream().filter(Labels::isDraw)).hasSize(384);

        List<PreferencePair> pairs = replayed(platform, "finegrained", file);

        check(pairs, decided);
        assertThat(pairs).allSatisfy(pair -> assertThat(pair.getOpposing()).isZero());
    }

    private static void check(List<PreferencePair> pairs, List<Labels> expected) {
        Map<Labels, Integer> wanted = counted(expected, Function.identity());
        Map<Labels, Integer> found = counted(pairs, Labels::of);
        assertThat(without(wanted, found)).as("pairs that are missing").isEmpty();
        assertThat(without(found, wanted)).as("pairs that nobody asked for").isEmpty();
        assertThat(pairs).hasSameSizeAs(expected).allSatisfy(pair -> {
            Labels labels = Labels.of(pair);
            assertThat(pair.getStrength()).isEqualTo(labels.strength());
            assertThat(pair.getSupporting()).isEqualTo(labels.forChosen() + 0.5 * labels.ties());
            assertThat(pair.getOpposing()).isEqualTo(labels.forRejected() + 0.5 * labels.ties());
        });
    }

    private static Map<Double, Integer> strengths(List<Labels> labels) {
        return counted(labels, Labels::strength);
    }

    private static <T, K> Map<K, Integer> counted(List<T> all, Function<T, K> key) {
        return all.stream().collect(Collectors.toMap(key, one -> 1, Integer::sum));
    }

    /** Those that the other has not, or not as often. */
    private static List<Labels> without(Map<Labels, Integer> some, Map<Labels, Integer> others) {
        return some.entrySet().stream()
                .filter(one -> others.getOrDefault(one.getKey(), 0) < one.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String pandaLmPrompt(JsonNode row) {
        String input = row.get("input").textValue();
        return row.get("instruction").textValue() + (input.isBlank() ? "" : "\n\n" + input);
    }

    private static String fineGrainedPrompt(JsonNode row) {
        StringBuilder prompt = new StringBuilder();
        for (JsonNode passage : row.get("passages")) {
            StringJoiner sentences = new StringJoiner(" ", "", "\n\n");
            passage.forEach(sentence -> sentences.add(sentence.textValue()));
            prompt.append(sentences);
        }
        return prompt + row.get("question").textValue();
    }

    /** A few of PandaLM's answers stand in the file as JSON's true and false. */
    private static String answer(JsonNode row, String field) {
        JsonNode value = row.get(field);
        return value.isBoolean() ? (value.booleanValue() ? "True" : "False") : value.textValue();
    }

    /** The active pairs of a dataset that went through all of it. */
    private List<PreferencePair> replayed(Platform platform, String format, Path file) throws Exception {
        // With one partition nothing overtakes the last pick.
        Topics topics = platform.createTopics(1);
        Path settings = Files.writeString(folder.resolve("gateway.yaml"), """
                http: {host: 127.0.0.1, port: 0}
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: "%s"
                tenants:
                  - {id: annotators, apiKeys: ["%s"], secret: "a test's pseudonyms need no better secret"}
                """.formatted(
                        platform.bootstrapServers(), platform.registryUrl(), topics.prefix(), KEY));
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder, "0", OPEN_RULES);
                HttpClient http = HttpClient.newHttpClient()) {
            Gateway gateway = Gateway.start(ConfigFile.load(settings, GatewayConfig.class));
            try {
                URI url = URI.create("http://127.0.0.1:" + gateway.port());
                HttpRequest ready =
                        HttpRequest.newBuilder(url.resolve("/health/ready")).build();
                await().atMost(BOUND).until(() -> status(http, ready) == 200);
                assertThat(replay(format, file, url)).isZero();
                HttpRequest last = HttpRequest.newBuilder(url.resolve("/v1/feedback"))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(LAST_PICK))
                        .build();
                assertThat(status(http, last)).isEqualTo(202);
            } finally {
                gateway.close();
            }
            pairing.awaitReady();
            List<PreferencePair> pairs = await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(
                            () -> pairs(platform, topics),
                            found -> found.stream().anyMatch(HumanLabelsTest::isLast));
            assertThat(pairing.stop()).contains("streams: NOT_RUNNING");
            assertThat(pairs(platform, topics))
                    .as("nothing comes after the last one")
                    .hasSameSizeAs(pairs);
            assertThat(platform.readAll(topics.deadLetters())).isEmpty();
            return PairingDriver.active(pairs).values().stream()
                    .filter(pair -> !isLast(pair))
                    .toList();
        }
    }

    private static int replay(String format, Path file, URI gateway) {
        return CommandLines.run(
                new ReplayMain(),
                "--format",
                format,
                "--file",
                file.toString(),
                "--gateway",
                gateway.toString(),
                "--api-key",
                KEY);
    }

    private static List<PreferencePair> pairs(Platform platform, Topics topics) {
        return platform.readAll(topics.preferencePairs()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    private static boolean isLast(PreferencePair pair) {
        return pair.getPrompt().getFirst().getContent().getValue().equals(LAST_PROMPT);
    }

    private static int status(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
