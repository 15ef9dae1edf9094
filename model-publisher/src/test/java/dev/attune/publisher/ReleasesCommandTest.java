package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.desk.ReleasesMain;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.Candidate;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person does about releases, by the command line and by HTTP, with a publisher that runs. */
@ExtendWith(PlatformExtension.class)
class ReleasesCommandTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String KEY = "key-of-ann-0123456789";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void aPersonSeesRollsBackAndResumes(Platform platform) throws Exception {
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (FakeVllm replica = new FakeVllm();
                PublisherTopics topics =
                        new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), "desk.")) {
            PublisherConfig config = new TestPublisherConfig(
                            platform.bootstrapServers(),
                            platform.registryUrl(),
                            "desk.",
                            folder,
                            List.of(replica.url()))
                    .patient();
            String yaml = yaml(platform, replica).toString();
            try (PublisherService publisher = PublisherService.start(config)) {
                for (Candidate candidate : List.of(v1, v2)) {
                    topics.announce(candidate);
                    awaitState(topics, candidate, ReleaseState.PROMOTED);
                }

                // When somebody looks
                assertThat(run("list", "--config", yaml)).isEqualTo(ExitCode.OK);
                assertThat(output()).containsPattern("▶ +" + v2.version() + " +promoted");
                assertThat(run("show", "--config", yaml, v1.version())).isEqualTo(ExitCode.OK);
                assertThat(output()).contains("verified").contains("probe.token.error");
                JsonNode listed = get(publisher, "/v1/models/support/releases", KEY, 200);
                assertThat(listed.path("current").asText()).isEqualTo(v2.version());
                assertThat(listed.path("paused").isNull()).isTrue();
                assertThat(get(publisher, "/v1/models/support/releases/" + v1.version(), KEY, 200)
                                .path("events"))
                        .hasSize(7);

                // And goes back
                assertThat(run("rollback", "--config", yaml, "--by", "ann", "--reason", "rude"))
                        .isEqualTo(ExitCode.OK);
                assertThat(output()).contains(v2.version() + " is rolled back").contains("paused");
                ReleaseChanged back = awaitState(topics, v2, ReleaseState.ROLLED_BACK);
                assertThat(back.getDetail()).isEqualTo("by ann: rude");
                assertThat(back.getPreviousVersion()).isEqualTo(v1.version());

                // Then nothing is released until somebody says so
                topics.announce(v3);
                await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(get(publisher, "/v1/models/support/releases", KEY, 200)
                                        .path("paused")
                                        .asText())
                                .isEqualTo("by ann: after the rollback of " + v2.version()));
                assertThat(run("list", "--config", yaml)).isEqualTo(ExitCode.OK);
                assertThat(output()).startsWith("paused by ann");
                post(publisher, "/v1/models/support/resume", 202);
                awaitState(topics, v3, ReleaseState.PROMOTED);

                // And by HTTP too, once
                String rollback = "/v1/models/support/releases/" + v3.version() + "/rollback";
                post(publisher, rollback, 202);
                assertThat(awaitState(topics, v3, ReleaseState.ROLLED_BACK).getBy())
                        .isEqualTo("ann");
                await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(post(publisher, rollback, 409)
                                        .path("reason")
                                        .asText())
                                .isEqualTo("not_in_that_state"));
            }
        }
    }

    @Test
    void whatCannotBeMeantIsOneLine(Platform platform) throws Exception {
        try (FakeVllm replica = new FakeVllm();
                PublisherTopics _ =
                        new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), "mistakes.")) {
            new FakeCheckpoints(folder);
            String yaml = yaml(platform, replica, "mistakes.").toString();

            assertThat(run("rollback", "--config", yaml)).isEqualTo(ExitCode.USAGE);
            assertThat(output())
                    .isEqualTo("rollback: VERSION: users are answered with the base: there is nothing to roll back\n");
            assertThat(run("approve", "--config", yaml, "v000009-0123456789ab")).isEqualTo(ExitCode.USAGE);
            assertThat(output()).startsWith("approve: VERSION: v000009-0123456789ab is no release of support");
            assertThat(run("list", "--config", yaml, "--model", "acme/other")).isEqualTo(ExitCode.USAGE);
            assertThat(output()).isEqualTo("list: --model: acme/other is not among acme/support\n");
            assertThat(run("--help")).isEqualTo(ExitCode.OK);
            assertThat(output()).contains("rollback").contains("pause");

            PublisherConfig config = new TestPublisherConfig(
                            platform.bootstrapServers(),
                            platform.registryUrl(),
                            "mistakes.",
                            folder,
                            List.of(replica.url()))
                    .patient();
            try (PublisherService publisher = PublisherService.start(config)) {
                get(publisher, "/v1/models/support/releases", "not-a-key-0123456789", 401);
                get(publisher, "/v1/models/other/releases", KEY, 404);
                get(publisher, "/v1/models/support/releases/v9", KEY, 404);
                post(publisher, "/v1/models/support/explode", 404);
            }
        }
    }

    private Path yaml(Platform platform, FakeVllm replica) throws Exception {
        return yaml(platform, replica, "desk.");
    }

    private Path yaml(Platform platform, FakeVllm replica, String prefix) throws Exception {
        return Files.writeString(folder.resolve("publisher.yaml"), """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: %s
                store: {directory: %s}
                models:
                  - {tenant: acme, modelId: support, base: {directory: %s}, serving: {replicas: [{url: "%s"}], baseModel: base}}
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        prefix,
                        folder.resolve("store"),
                        folder.resolve("base"),
                        replica.url()));
    }

    private int run(String... arguments) {
        said.reset();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            return CommandLines.run(new ReleasesMain(), arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private static ReleaseChanged awaitState(PublisherTopics topics, Candidate candidate, ReleaseState state) {
        return await(state + " of " + candidate.version())
                .atMost(BOUND)
                .until(
                        () -> topics.releases(candidate).stream()
                                .filter(event -> event.getState() == state)
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    private static JsonNode get(PublisherService publisher, String path, String key, int status) throws Exception {
        return send(publisher, path, key, status, HttpRequest.newBuilder().GET());
    }

    private static JsonNode post(PublisherService publisher, String path, int status) throws Exception {
        return send(
                publisher,
                path,
                KEY,
                status,
                HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString("{\"detail\":\"by hand\"}")));
    }

    private static JsonNode send(
            PublisherService publisher, String path, String key, int status, HttpRequest.Builder request)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    request.uri(URI.create("http://127.0.0.1:" + publisher.apiPort() + path))
                            .header("Authorization", "Bearer " + key)
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            return new JsonMapper().readTree(response.body());
        }
    }
}
