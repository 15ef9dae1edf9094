package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.RoutedUsers;
import dev.attune.publisher.fake.VllmFault;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every known fault of vLLM on one of two replicas, through the whole publisher, with users who ask all the time. */
@ExtendWith(PlatformExtension.class)
class FaultyServingTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final double LIVE = 0.1;
    private static final double NEXT = 0.2;
    private static final double LAST = 0.3;

    @TempDir
    Path folder;

    private final FakeVllm healthy = new FakeVllm();
    private final FakeVllm faulty = new FakeVllm();
    private FakeCheckpoints checkpoints;
    private Candidate live;
    private Candidate next;

    /** What a fault that comes in the middle of a release has to lead to. */
    private sealed interface Outcome {

        /** @param loads that the faulty replica was asked for: it was met, and got over */
        record Promoted(int loads) implements Outcome {}

        /**
         * @param says part of the detail, after the replica's name
         * @param afterwards whether the faulty replica still answers with the version before
         */
        record Rejected(RejectReason reason, String says, Afterwards afterwards) implements Outcome {}
    }

    private enum Afterwards {
        ANSWERS,
        /** The publisher is not ready, and says which replica is to blame. */
        HOLDS_UP
    }

    private static Outcome outcome(VllmFault fault) {
        return switch (fault) {
            case OLD_ERROR_SHAPE, NEW_ERROR_SHAPE ->
                new Outcome.Rejected(
                        RejectReason.LOAD_REFUSED,
                        "/v1/load_lora_adapter answered 400: rank 64 is greater than 16",
                        Afterwards.ANSWERS);
            case FAILS_FOR_EVER ->
                new Outcome.Rejected(
                        RejectReason.UNAVAILABLE,
                        "/v1/load_lora_adapter answered 500: CUDA out of memory (given up after",
                        Afterwards.ANSWERS);
            case SUCCESS_WITHOUT_EFFECT ->
                new Outcome.Rejected(
                        RejectReason.SERVED_OTHERWISE, "/v1/completions answered 404: The model", Afterwards.ANSWERS);
            case NOT_APPLIED, ANOTHER_ADAPTER_ANSWERS ->
                new Outcome.Rejected(
                        RejectReason.SERVED_OTHERWISE, " computes otherwise than the trainer", Afterwards.ANSWERS);
            case SILENT_EVICTION ->
                new Outcome.Rejected(RejectReason.PREVIOUS_DISTURBED, " lost support-", Afterwards.ANSWERS);
            case ANSWERS_UNDER_ANOTHER_NAME ->
                new Outcome.Rejected(
                        RejectReason.SERVED_OTHERWISE, " was asked for model 'support-", Afterwards.HOLDS_UP);
            case HANGS ->
                new Outcome.Rejected(
                        RejectReason.UNAVAILABLE,
                        "/v1/load_lora_adapter did not answer within 2000 ms",
                        Afterwards.HOLDS_UP);
            case RESTARTS_AGAIN_AND_AGAIN ->
                new Outcome.Rejected(
                        RejectReason.SERVED_OTHERWISE,
                        " does not compute what it should with support-",
                        Afterwards.HOLDS_UP);
            case LISTED_AFTER_FIRST_USE -> new Outcome.Promoted(1);
            case MOUNT_LAG, MOUNT_LAG_IN_THE_NEW_SHAPE -> new Outcome.Promoted(4);
            case CONNECTIONS_DROP -> new Outcome.Promoted(3);
            // The new one, then both since both were forgotten
            case RESTARTS_AND_FORGETS -> new Outcome.Promoted(3);
        };
    }

    @BeforeEach
    void write() throws IOException {
        checkpoints = new FakeCheckpoints(folder);
        live = checkpoints.write(new Draft().step(1).strength(LIVE));
        next = checkpoints.write(new Draft().step(2).strength(NEXT).parent(live.version()));
    }

    @AfterEach
    void stop() {
        healthy.close();
        faulty.close();
    }

    @ParameterizedTest
    @EnumSource
    void inTheMiddleOfARelease(VllmFault fault, Platform platform) throws Exception {
        ReleaseLog.Listener switchesOn = new ReleaseLog.Listener() {
            @Override
            public void announced(Release release) {
                if (release instanceof Release.Loading && release.candidate().equals(next)) {
                    fault.on(faulty);
                }
            }
        };
        try (PublisherTopics topics = topics(platform, fault, "during.");
                PublisherService publisher = PublisherService.start(config(platform, fault, "during."), switchesOn);
                RoutedUsers users = users()) {
            release(topics, users, live, LIVE);
            int loadsBefore = loads();

            topics.announce(next);

            switch (outcome(fault)) {
                case Outcome.Promoted promoted -> {
                    assertThat(end(topics, next).getState()).isEqualTo(ReleaseState.PROMOTED);
                    assertThat(loads() - loadsBefore).isEqualTo(promoted.loads());
                    users.sendTo(next.servedName(), NEXT);
                    awaitAnswers(users, next, Set.of(healthy, faulty));
                    assertThat(faulty.loaded()).containsExactly(live.servedName(), next.servedName());
                }
                case Outcome.Rejected rejected -> {
                    ReleaseChanged end = end(topics, next);
                    assertThat(end.getState()).isEqualTo(ReleaseState.REJECTED);
                    assertThat(end.getReason()).isEqualTo(rejected.reason().tag());
                    assertThat(end.getDetail())
                            .contains(faulty.url() + rejected.says())
                            .doesNotContain(healthy.url());
                    assertThat(states(topics, next)).doesNotContain(ReleaseState.VERIFIED, ReleaseState.PROMOTED);
                    assertThat(states(topics, live)).endsWith(ReleaseState.PROMOTED);
                    assertThat(healthy.loaded()).containsExactly(live.servedName());
                    assertThat(faulty.loaded()).doesNotContain(next.servedName());
                    switch (rejected.afterwards()) {
                        case ANSWERS -> {
                            awaitReady(publisher);
                            awaitAnswers(users, live, Set.of(healthy, faulty));
                        }
                        case HOLDS_UP -> {
                            awaitHeldUp(publisher);
                            awaitAnswers(users, live, Set.of(healthy));
                        }
                    }
                }
            }

            // And once it has passed, the next one comes to both
            faulty.heal();
            Candidate last =
                    checkpoints.write(new Draft().step(3).strength(LAST).parent(next.version()));
            release(topics, users, last, LAST);
            awaitReady(publisher);
            assertOnlyTheFaultyOneFailedUsers(users);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"HANGS", "ANSWERS_UNDER_ANOTHER_NAME"})
    void beforeAReleaseIsBegunItWaitsUntilTheFaultHasPassed(VllmFault fault, Platform platform) throws Exception {
        try (PublisherTopics topics = topics(platform, fault, "before.");
                PublisherService publisher = PublisherService.start(config(platform, fault, "before."));
                RoutedUsers users = users()) {
            release(topics, users, live, LIVE);
            fault.on(faulty);
            awaitHeldUp(publisher);

            // When a checkpoint comes, and the publisher has looked after its replicas some more times
            topics.announce(next);
            int asked = count(faulty, "/v1/models");
            int unloadsBefore = count(faulty, "/v1/unload_lora_adapter");
            awaitAnswers(users, live, Set.of(healthy));
            await().atMost(BOUND).until(() -> count(faulty, "/v1/models") > asked + 1);

            // Then nothing of it is begun, and nothing is taken from users
            awaitHeldUp(publisher);
            assertThat(topics.releases(next)).isEmpty();
            assertThat(count(faulty, "/v1/unload_lora_adapter")).isEqualTo(unloadsBefore);
            assertThat(faulty.loaded()).containsExactly(live.servedName());

            faulty.heal();
            assertThat(end(topics, next).getState()).isEqualTo(ReleaseState.PROMOTED);
            users.sendTo(next.servedName(), NEXT);
            awaitAnswers(users, next, Set.of(healthy, faulty));
            awaitReady(publisher);
            assertOnlyTheFaultyOneFailedUsers(users);
        }
    }

    private PublisherTopics topics(Platform platform, VllmFault fault, String moment) throws Exception {
        return new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), moment + fault + ".");
    }

    private PublisherConfig config(Platform platform, VllmFault fault, String moment) {
        return new TestPublisherConfig(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        moment + fault + ".",
                        folder,
                        List.of(healthy.url(), faulty.url()))
                .hasty();
    }

    private RoutedUsers users() {
        return new RoutedUsers(List.of(healthy.url(), faulty.url()), BETWEEN_REQUESTS, PATIENCE);
    }

    /** Announced, promoted, and asked on both replicas. */
    private void release(PublisherTopics topics, RoutedUsers users, Candidate candidate, double strength) {
        topics.announce(candidate);
        assertThat(end(topics, candidate).getState()).isEqualTo(ReleaseState.PROMOTED);
        users.sendTo(candidate.servedName(), strength);
        awaitAnswers(users, candidate, Set.of(healthy, faulty));
    }

    /** The event after which nothing comes of itself. */
    private static ReleaseChanged end(PublisherTopics topics, Candidate candidate) {
        return await("end of " + candidate.version())
                .atMost(BOUND)
                .until(
                        () -> topics.releases(candidate).stream()
                                .filter(event -> event.getState() == ReleaseState.PROMOTED
                                        || event.getState() == ReleaseState.REJECTED)
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    private static List<ReleaseState> states(PublisherTopics topics, Candidate candidate) {
        return topics.releases(candidate).stream().map(ReleaseChanged::getState).toList();
    }

    /** Some that were not there before, from each of these. */
    private static void awaitAnswers(RoutedUsers users, Candidate version, Set<FakeVllm> replicas) {
        for (FakeVllm replica : replicas) {
            int before = users.answers(replica.url(), version.servedName());
            await("answers of " + replica.url())
                    .atMost(BOUND)
                    .until(() -> users.answers(replica.url(), version.servedName()) > before + 3);
        }
    }

    private static void awaitReady(PublisherService publisher) {
        await("readiness").atMost(BOUND).until(() -> ready(publisher).statusCode() == 200);
    }

    private void awaitHeldUp(PublisherService publisher) {
        await("the faulty replica is named")
                .atMost(BOUND)
                .untilAsserted(() -> assertThat(ready(publisher)).satisfies(response -> {
                    assertThat(response.statusCode()).isEqualTo(503);
                    assertThat(response.body()).contains(faulty.url()).doesNotContain(healthy.url());
                }));
    }

    private static HttpResponse<String> ready(PublisherService publisher) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + publisher.adminPort() + "/health/ready");
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }

    /** Users were sent to promoted versions only; whoever was answered got that version, from whichever replica. */
    private void assertOnlyTheFaultyOneFailedUsers(RoutedUsers users) {
        assertThat(users.wrongAnswers()).isEmpty();
        assertThat(users.failures()).doesNotContainKey(healthy.url());
    }

    private int loads() {
        return count(faulty, "/v1/load_lora_adapter");
    }

    private static int count(FakeVllm replica, String path) {
        return (int) replica.requests().stream().filter(path::equals).count();
    }
}
