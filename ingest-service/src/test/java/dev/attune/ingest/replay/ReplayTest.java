package dev.attune.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.ingest.gateway.Gateway;
import dev.attune.ingest.gateway.GatewayConfig;
import dev.attune.ingest.gateway.HttpSettings;
import dev.attune.ingest.gateway.LimitSettings;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Datasets through a real gateway into a real broker. */
@ExtendWith(PlatformExtension.class)
class ReplayTest {
    private static final String KEY = "demo-key-0123456789";

    @TempDir
    Path folder;

    private Platform platform;
    private Topics topics;
    private Gateway gateway;

    @BeforeEach
    void start(Platform shared) throws Exception {
        platform = shared;
        topics = platform.createTopics(2);
        gateway = Gateway.start(new GatewayConfig(
                new HttpSettings("127.0.0.1", 0, 1 << 20),
                new KafkaSettings(platform.bootstrapServers(), Map.of()),
                new SchemaRegistrySettings(platform.registryUrl(), Map.of()),
                topics.prefix(),
                "default",
                List.of(new TenantSettings("demo", List.of(KEY), "0123456789abcdef0123456789abcdef")),
                AccessSettings.none(),
                LimitSettings.DEFAULTS,
                Duration.ofSeconds(10),
                1 << 24,
                StatusSettings.none(),
                true));
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create(url() + "/health/ready")).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> http.send(ready, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void pandaLm() {
        // Given 999 rows of 170 prompts, with 2 responses and 3 annotators each
        Path file = SharedData.resolve("feedback-data/pandalm-testset-v1.json");

        // When it is replayed, and a part of it once more
        ReplayRunner.Result result = replay("pandalm", file);
        List<CompletionServed> completions = completions();
        List<FeedbackGiven> feedback = feedback();
        ReplayRunner.Result again = replay("pandalm", file, "--limit", "50");

        // Then
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out())
                .containsPattern("rows +999\\R")
                .containsPattern("completions +1998\\R")
                .containsPattern("feedback +2997\\R")
                .containsPattern("refused +0\\R");
        assertThat(completions).hasSize(1998);
        assertThat(distinct(completions, CompletionServed::getEventId)).hasSize(1998);
        assertThat(distinct(completions, CompletionServed::getCompletionId)).hasSize(1998);
        assertThat(distinct(completions, CompletionServed::getTurnId)).hasSize(999);
        assertThat(distinct(completions, CompletionServed::getPromptId)).hasSize(170);
        // 54 answers are empty, and the 6 that were JSON booleans in the file are words.
        assertThat(completions.stream().filter(one -> one.getText().getValue().isEmpty()))
                .hasSize(54);
        assertThat(completions.stream().filter(one -> one.getText().getValue().equals("True")))
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(feedback).hasSize(2997);
        assertThat(distinct(feedback, FeedbackGiven::getEventId)).hasSize(2997);
        assertThat(distinct(feedback, FeedbackGiven::getUserId)).hasSize(3);
        // And a second time it is the same events: 50 rows of 2 completions and 3 picks
        assertThat(again.exitCode()).isZero();
        assertThat(completions()).hasSize(1998 + 100);
        assertThat(distinct(completions(), CompletionServed::getEventId)).hasSize(1998);
        assertThat(distinct(feedback(), FeedbackGiven::getEventId)).hasSize(2997);
    }

    @Test
    void fineGrained() {
        Path file = SharedData.resolve("feedback-data/finegrained-rlhf-dev-feedback.json");

        // The first row's comparisons are [0, 1, 2, 1, 0, 2], in the order 1-2, 1-3, 1-4, 2-3, 2-4, 3-4.
        ReplayRunner.Result result = replay("finegrained", file, "--limit", "1", "--model-id", "answers");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(completions()).hasSize(4).allSatisfy(one -> {
            assertThat(one.getModelId()).isEqualTo("answers");
            assertThat(one.getMessages().getFirst().getContent().getValue())
                    .startsWith("Bloom (Troye Sivan album) ")
                    .endsWith("\n\nWhen does bloom by troye sivan come out?");
        });
        assertThat(feedback().stream().map(ReplayTest::comparison))
                .containsExactlyInAnyOrder("1=2", "1>3", "4>1", "2>3", "2=4", "4>3");
    }

    @Test
    void ourOwnForm() throws Exception {
        Path file = write("""
                {"prompt": "Hi", "completions": [{"id": "a", "text": "Hello", "modelVersion": "v1"}, {"id": "b", "text": ""}], \
                "feedback": [{"user": "u1", "kind": "thumb", "completion": "a", "thumb": "up"}, \
                {"user": "u2", "kind": "pick", "chosen": "a", "rejected": "b"}, \
                {"user": "u3", "kind": "pick", "chosen": "a", "rejected": "b", "pick": "both_bad", "occurredAt": "2026-01-02T03:04:05Z"}]}
                {"turnId": "t-17", "messages": [{"role": "system", "content": "Short."}, {"role": "user", "content": "Hi"}], \
                "completions": [{"id": "x", "text": "Yes"}], "feedback": []}
                """);

        ReplayRunner.Result result = replay("jsonl", file, "--user-prefix", "survey-");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(completions().stream().map(CompletionServed::getModelVersion))
                .containsExactlyInAnyOrder("v1", "", "");
        assertThat(completions().stream()
                        .filter(one -> one.getTurnId().equals("t-17"))
                        .map(CompletionServed::getCompletionId))
                .containsExactly("t-17.x");
        List<FeedbackGiven> feedback = feedback();
        assertThat(feedback.stream().map(FeedbackGiven::getThumb)).containsOnlyOnce(Thumb.UP);
        assertThat(feedback.stream()
                        .filter(one -> one.getPick() == PickOutcome.BOTH_BAD)
                        .map(FeedbackGiven::getOccurredAt))
                .containsExactly(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(feedback.stream().map(FeedbackGiven::getPick))
                .containsExactlyInAnyOrder(PickOutcome.UNKNOWN, PickOutcome.CHOSEN, PickOutcome.BOTH_BAD);
    }

    @Test
    void whatTheGatewayRefusesIsCountedByReasonAndTheRestGoesOn() throws Exception {
        // Given a turn id that the gateway does not take, and a right row after it
        Path file = write("""
                {"turnId": "a b", "prompt": "Hi", "completions": [{"id": "a", "text": "Hello"}, {"id": "b", "text": ""}], \
                "feedback": [{"user": "u1", "kind": "thumb", "completion": "a", "thumb": "up"}]}
                {"prompt": "Hi", "completions": [{"id": "a", "text": "Hello"}], "feedback": []}
                """);

        ReplayRunner.Result result = replay("jsonl", file);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("row 1 was refused (invalid_field): /turnId: must have 1 to 128 characters");
        assertThat(result.out())
                .containsPattern("completions +1\\R")
                .containsPattern("refused +1 \\(invalid_field 1\\)\\R")
                .containsPattern("skipped +2\\R");
    }

    @Test
    void aWrongKeyEndsItWithOneMessage() throws Exception {
        Path file = write("{\"prompt\": \"Hi\", \"completions\": [{\"id\": \"a\", \"text\": \"\"}], \"feedback\": []}");

        ReplayRunner.Result result = ReplayRunner.run(
                "--format", "jsonl", "--file", file.toString(), "--gateway", url(), "--api-key", "wrong-key");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains("--api-key: the gateway refused it: this API key is not known here")
                .doesNotContain("\tat ");
    }

    private ReplayRunner.Result replay(String format, Path file, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--format", format, "--file", file.toString(), "--gateway", url() + "/", "--api-key", KEY));
        arguments.addAll(List.of(more));
        return ReplayRunner.run(arguments.toArray(String[]::new));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("data.jsonl"), text);
    }

    private String url() {
        return "http://127.0.0.1:" + gateway.port();
    }

    private List<CompletionServed> completions() {
        return platform.readAll(topics.completions()).stream()
                .map(record -> record.value())
                .toList();
    }

    private List<FeedbackGiven> feedback() {
        return platform.readAll(topics.feedback()).stream()
                .map(record -> record.value())
                .toList();
    }

    private static <T> Set<String> distinct(List<T> records, Function<T, String> id) {
        return records.stream().map(id).collect(Collectors.toSet());
    }

    private static String comparison(FeedbackGiven pick) {
        String chosen = pick.getChosenCompletionId().replaceAll(".*\\.", "");
        String rejected = pick.getRejectedCompletionId().replaceAll(".*\\.", "");
        return chosen + (pick.getPick() == PickOutcome.TIE ? "=" : ">") + rejected;
    }
}
