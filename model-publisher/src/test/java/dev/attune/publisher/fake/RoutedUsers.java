package dev.attune.publisher.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Users who ask replicas in turn, all the time, for the version that they were last sent to, the base at first. Each answer is
 * held against what that version computes.
 */
public final class RoutedUsers implements AutoCloseable {

    private static final List<Integer> PROMPT = List.of(1, 5, 2, 7);
    private static final double ROUNDING = 1e-6;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> replicas;
    private final Duration patience;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<Source, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, Queue<String>> failures = new ConcurrentHashMap<>();
    private volatile Version current = new Version(FakeVllm.BASE, 0);

    private record Version(String name, double strength) {}

    private record Source(String replica, String name) {}

    /**
     * They begin to ask.
     *
     * @param between two requests of all of them together
     * @param patience how long they wait for an answer
     */
    public RoutedUsers(List<String> replicas, Duration between, Duration patience) {
        this.replicas = List.copyOf(replicas);
        this.patience = patience;
        var _ = clock.scheduleAtFixedRate(
                () -> requests.execute(this::ask), 0, between.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** From now on they ask for this one, as a router has them do that follows what is promoted. */
    public void sendTo(String name, double strength) {
        // An adapter's weights are floats
        current = new Version(name, (float) strength);
    }

    /** How many were answered by this version as it should answer. */
    public int answers(String name) {
        return answers.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    /** As {@link #answers(String)}, of one replica. */
    public int answers(String replica, String name) {
        AtomicInteger count = answers.get(new Source(replica, name));
        return count == null ? 0 : count.get();
    }

    /** The versions that have answered. */
    public Set<String> answered() {
        Set<String> names = new TreeSet<>();
        answers.keySet().forEach(source -> names.add(source.name()));
        return names;
    }

    /** Answers that were not what the version asked for computes. */
    public List<String> wrongAnswers() {
        return List.copyOf(wrong);
    }

    /** Requests that brought no answer, or one that said that it was another model's, by replica. */
    public Map<String, List<String>> failures() {
        Map<String, List<String>> copy = new TreeMap<>();
        failures.forEach((replica, found) -> copy.put(replica, List.copyOf(found)));
        return copy;
    }

    public int sent() {
        return sent.get();
    }

    /** They ask no more; what is under way is waited for. */
    @Override
    public void close() {
        clock.shutdown();
        clock.close();
        requests.close();
        client.close();
    }

    private void ask() {
        Version version = current;
        int number = sent.getAndIncrement();
        String replica = replicas.get(number % replicas.size());
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(replica + "/v1/completions"))
                            .timeout(patience)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("""
                                    {"model": "%s", "prompt": %s, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 0}
                                    """.formatted(version.name(), PROMPT)))
                            .build(),
                    BodyHandlers.ofString());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() != 200 || !answer.path("model").asText().equals(version.name())) {
                fail(replica, number + " " + version + ": " + response.statusCode() + " " + response.body());
                return;
            }
            JsonNode logprobs = answer.path("choices").path(0).path("prompt_logprobs");
            double logp = logprobs.path(1).path("5").path("logprob").asDouble();
            double right = FakeLanguageModel.logps(PROMPT, version.strength()).getFirst();
            if (Math.abs(logp - right) > ROUNDING) {
                wrong.add(replica + " " + number + " " + version + ": " + logp + " in the place of " + right);
                return;
            }
            answers.computeIfAbsent(new Source(replica, version.name()), source -> new AtomicInteger())
                    .incrementAndGet();
        } catch (IOException | RuntimeException e) {
            fail(replica, number + " " + version + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(String replica, String what) {
        failures.computeIfAbsent(replica, url -> new ConcurrentLinkedQueue<>()).add(what);
    }
}
