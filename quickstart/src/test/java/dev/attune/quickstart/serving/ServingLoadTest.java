package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.quickstart.serving.ServingClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: adapters that come and go under traffic, a full queue, an end in the middle of work. */
class ServingLoadTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void givenTrafficWhenAdaptersComeAndGoThenEveryAnswerIsRightOrTheModelIsUnknown() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        List<Path> adapters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            adapters.add(TinyModel.writeAdapter(folder.resolve("adapter" + i), 4, 10 + i));
        }
        ServingConfig two = new ServingConfig(model, null, ServingConfig.DEFAULT_HOST, 0, 16, 64, null, 2, 1024);

        try (ServingServer server = ServingServer.start(two);
                ServingClient client = new ServingClient(server.url());
                ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                client.load("v" + i, adapters.get(i));
                expected.add(
                        greedy(client, "v" + i).json().at("/choices/0/text").asText());
            }
            String base = greedy(client, "tiny").json().at("/choices/0/text").asText();
            assertThat(expected).doesNotHaveDuplicates().doesNotContain(base);

            List<Future<Integer>> answered = new ArrayList<>();
            for (int user = 0; user < 12; user++) {
                int adapter = user % 4;
                answered.add(users.submit(() -> chat(
                        client, adapter == 3 ? "tiny" : "v" + adapter, adapter == 3 ? base : expected.get(adapter))));
            }
            for (int cycle = 0; cycle < 30; cycle++) {
                int which = cycle % 3;
                assertThat(client.unload("v" + which).status()).isEqualTo(200);
                assertThat(client.load("v" + which, adapters.get(which)).status())
                        .isEqualTo(200);
            }

            int right = 0;
            for (Future<Integer> user : answered) {
                right += user.get();
            }
            assertThat(right).isGreaterThan(12 * 30 / 2);
        }
    }

    /** Asks 30 times; returns how often the model was there. */
    private static int chat(ServingClient client, String model, String expected) {
        int right = 0;
        for (int i = 0; i < 30; i++) {
            Answer answer = greedy(client, model);
            if (answer.status() == 200) {
                assertThat(answer.json().at("/choices/0/text").asText()).isEqualTo(expected);
                right++;
            } else {
                assertThat(answer.status()).as(answer.body()).isEqualTo(404);
            }
        }
        return right;
    }

    private static Answer greedy(ServingClient client, String model) {
        return client.complete("{\"model\":\"" + model
                + "\",\"prompt\":\"hello the\",\"max_tokens\":12,\"temperature\":0,\"ignore_eos\":true}");
    }

    @Test
    void givenAFullQueueWhenMoreComeThenTheyGetA503AndTheOthersTheirAnswer() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        ServingConfig narrow = new ServingConfig(model, null, ServingConfig.DEFAULT_HOST, 0, 16, 64, null, 1, 2);
        Callable<Answer> request;
        List<Integer> statuses = new ArrayList<>();

        try (ServingServer server = ServingServer.start(narrow);
                ServingClient client = new ServingClient(server.url());
                ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            // Two models: what waits for one cannot join the other's wave.
            client.load("v1", TinyModel.writeAdapter(folder.resolve("adapter"), 4, 10));
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String name = i % 2 == 0 ? "tiny" : "v1";
                request = () -> client.complete(
                        "{\"model\":\"" + name + "\",\"prompt\":\"a\",\"max_tokens\":120,\"n\":8,\"ignore_eos\":true}");
                answers.add(users.submit(request));
            }
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
                if (answer.get().status() == 503) {
                    assertThat(answer.get().error()).contains("at most 2 may");
                }
            }
        }

        assertThat(statuses).contains(200, 503).containsOnly(200, 503);
    }

    @Test
    void givenWorkInProgressWhenTheServerClosesThenEveryRequestIsAnswered() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        ServingServer server = ServingServer.start(ServingConfig.of(model));

        try (ServingClient client = new ServingClient(server.url());
                ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(users.submit(() -> client.complete(
                        "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":120,\"ignore_eos\":true}")));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> answers.stream().anyMatch(Future::isDone));
            server.close();

            List<Integer> statuses = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
            assertThat(statuses).contains(200).containsOnly(200, 503);
        } finally {
            server.close();
        }
    }
}
