package dev.attune.quickstart.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop, every part real, in a process of its own as {@code ./attune demo} starts it. */
class DemoTest {
    private static final Duration BOUND = Duration.ofMinutes(6);

    @TempDir
    private Path folder;

    private ChildProcess demo(String... arguments) {
        List<String> jvm = List.of("-Xmx1g", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + folder);
        return ChildProcess.startMain("the demo", DemoMain.class, jvm, List.of(arguments), folder.resolve("demo.out"));
    }

    @Test
    void aSmallDemoLearnsWhatItsUsersLike() throws Exception {
        Path report = folder.resolve("demo.json");
        try (ChildProcess demo = demo(
                "--headless",
                "--until-win-rate",
                "0.55",
                "--max-versions",
                "6",
                "--max-minutes",
                "5",
                "--steps-per-version",
                "16",
                "--evaluation-questions",
                "150",
                "--report",
                report.toString())) {

            assertThat(demo.waitFor(BOUND)).isTrue();

            assertThat(demo.exitCode()).as(demo.logTail(40)).isZero();
        }
        JsonNode measured = JsonHttp.JSON.readTree(report.toFile());
        assertThat(measured.path("winRateBefore").asDouble()).isBetween(0.2, 0.5);
        assertThat(measured.path("winRateAfter").asDouble()).isGreaterThanOrEqualTo(0.55);
        assertThat(measured.path("wellFormedAfter").asDouble()).isGreaterThanOrEqualTo(0.85);
        assertThat(measured.path("klToBase").asDouble()).isBetween(0.0, 3.5);
        assertThat(measured.path("versionsReleased").asInt()).isBetween(1, 6);
        assertThat(measured.path("deadLetters").asInt()).isZero();
        assertThat(measured.path("pairs").asInt())
                .isGreaterThanOrEqualTo(measured.path("steps").asInt());
        assertThat(measured.path("feedbackToServedSeconds").path("p50").asDouble())
                .isPositive();
        assertThat(measured.path("servedModel").asText()).startsWith("support-v");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void thePageShowsTheLoopAndTakesAPick() throws Exception {
        int port = FreePorts.one();
        try (ChildProcess demo = demo("--console-port", Integer.toString(port), "--users", "1");
                HttpClient client = HttpClient.newHttpClient()) {
            String page = "http://127.0.0.1:" + port + "/";
            await().atMost(BOUND).ignoreExceptions().until(() -> {
                assertThat(demo.isAlive()).as(demo.logTail(40)).isTrue();
                return get(client, page).contains("Take part");
            });

            JsonNode turn = JsonHttp.JSON.readTree(post(client, page + "chat", "{\"question\":\"How can I pay?\"}"));
            String eventId = JsonHttp.JSON
                    .readTree(post(
                            client,
                            page + "pick",
                            "{\"turn\":\"" + turn.path("id").asText() + "\",\"chosen\":0}"))
                    .path("eventId")
                    .asText();

            assertThat(turn.path("answers")).hasSize(2);
            await().atMost(BOUND)
                    .until(() -> JsonHttp.JSON
                                    .readTree(get(client, page + "state"))
                                    .path("counts")
                                    .path("pairs")
                                    .asInt()
                            > 0);
            await().atMost(BOUND)
                    .until(() -> JsonHttp.JSON
                            .readTree(get(client, page + "fate/" + eventId))
                            .path("state")
                            .asText()
                            .matches("PAIRED|TRAINED|SERVED"));

            demo.stop(Duration.ofSeconds(40));
            assertThat(demo.logTail(5)).contains("done");
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aDemoThatIsKilledLeavesNoProcessBehind() throws Exception {
        ChildProcess demo = demo("--headless");
        await().atMost(BOUND).until(() -> {
            assertThat(demo.isAlive()).as(demo.logTail(40)).isTrue();
            return Files.readString(demo.log()).contains("ready ");
        });
        List<ProcessHandle> children =
                ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(6);

        demo.destroyForcibly();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void aTakenPortIsOneClearMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildProcess demo = demo("--headless", "--gateway-port", Integer.toString(taken.getLocalPort()))) {
            assertThat(demo.waitFor(BOUND)).isTrue();

            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.logTail(20))
                    .contains(Integer.toString(taken.getLocalPort()))
                    .contains("--gateway-port")
                    .doesNotContain("\tat ");
        }
    }

    /** What a demo that stopped in order has left in its temporary folder. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return new ArrayList<>(
                    entries.filter(entry -> entry.getFileName().toString().startsWith("attune-demo-"))
                            .toList());
        }
    }

    private static String get(HttpClient client, String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String post(HttpClient client, String url, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return response.body();
    }
}
