package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeLanguageModel;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.Candidate;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A thousand requests a second to two replicas while versions change ten times, routed by the release events alone. */
@ExtendWith(PlatformExtension.class)
class UsersDuringReleasesTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int VERSIONS = 10;
    private static final int MILLIS_A_REQUEST = 1;
    private static final List<Integer> PROMPT = List.of(1, 5, 2, 7);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private final Map<String, Double> strengthByName = new ConcurrentHashMap<>(Map.of(FakeVllm.BASE, 0.0));
    private final Set<String> announced = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> current = new AtomicReference<>(FakeVllm.BASE);
    private final Map<String, AtomicInteger> answersByName = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void noRequestFailsAndEachAnswerIsOneAnnouncedVersions(Platform platform, TestReporter reporter) throws Exception {
        long begun = System.nanoTime();
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        announced.add(FakeVllm.BASE);
        try (FakeVllm first = new FakeVllm();
                FakeVllm second = new FakeVllm();
                PublisherTopics topics =
                        new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), "users.");
                PublisherService _ = PublisherService.start(new TestPublisherConfig(
                                platform.bootstrapServers(),
                                platform.registryUrl(),
                                "users.",
                                folder,
                                List.of(first.url(), second.url()))
                        .releasing(new ReleaseSettings(Duration.ZERO, false, 2, Duration.ofSeconds(1))));
                HttpClient client = HttpClient.newHttpClient();
                ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            List<String> replicas = List.of(first.url(), second.url());
            ScheduledFuture<?> users = clock.scheduleAtFixedRate(
                    () -> requests.execute(() -> ask(client, replicas)), 0, MILLIS_A_REQUEST, TimeUnit.MILLISECONDS);

            String parent = null;
            for (int step = 1; step <= VERSIONS; step++) {
                Draft draft = new Draft().step(step).strength(0.1 * step);
                Candidate next = checkpoints.write(parent == null ? draft : draft.parent(parent));
                strengthByName.put(next.servedName(), (double) (float) (0.1 * step));
                topics.announce(next);
                follow(topics, next);
                // Some users have had it before the next one comes
                await().atMost(BOUND).until(() -> answersByName.containsKey(next.servedName()));
                parent = next.version();
            }
            users.cancel(false);
            clock.shutdown();
            assertThat(clock.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            requests.shutdown();
            assertThat(requests.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }

        double seconds = (System.nanoTime() - begun) / 1e9;
        reporter.publishEntry("requests", "%d in %.1f s, start and end included".formatted(sent.get(), seconds));
        assertThat(failures).isEmpty();
        assertThat(answersByName.keySet()).isEqualTo(announced).hasSize(VERSIONS + 1);
        assertThat(answersByName.values().stream().mapToInt(AtomicInteger::get).sum())
                .isEqualTo(sent.get())
                .isGreaterThan(1_000);
    }

    /** What a router does: its users get what was announced as promoted. */
    private void follow(PublisherTopics topics, Candidate next) {
        ReleaseChanged promoted = await("promotion of " + next.version())
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> topics.releases(next).stream()
                                .filter(event -> event.getState() == ReleaseState.PROMOTED)
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
        announced.add(promoted.getServedName());
        current.set(promoted.getServedName());
    }

    private void ask(HttpClient client, List<String> replicas) {
        String model = current.get();
        int number = sent.getAndIncrement();
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(replicas.get(number % replicas.size()) + "/v1/completions"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("""
                                    {"model": "%s", "prompt": %s, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 0}
                                    """.formatted(model, PROMPT)))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode answer = JSON.readTree(response.body());
            assertThat(answer.path("model").asText()).isEqualTo(model);
            assertThat(announced).contains(model);
            double logp = answer.path("choices")
                    .path(0)
                    .path("prompt_logprobs")
                    .path(1)
                    .path("5")
                    .path("logprob")
                    .asDouble();
            assertThat(logp)
                    .isCloseTo(
                            FakeLanguageModel.logps(PROMPT, strengthByName.get(model))
                                    .getFirst(),
                            within(1e-6));
            answersByName.computeIfAbsent(model, name -> new AtomicInteger()).incrementAndGet();
        } catch (Exception | AssertionError e) {
            failures.add(number + " " + model + ": " + e);
        }
    }
}
