package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.canary.TestCanary;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeUsers;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.Candidate;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The publisher as its own process, killed with SIGKILL when a canary begins and when it is decided, before the event and after:
 * the stable version is served all the time, and the next start decides by the same feedback, saying nothing twice.
 */
@ExtendWith(PlatformExtension.class)
class CanaryKillTest {

    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final List<ReleaseState> TO_CANARY = List.of(
            ReleaseState.RECEIVED,
            ReleaseState.VALIDATED,
            ReleaseState.STORED,
            ReleaseState.LOADING,
            ReleaseState.LOADED,
            ReleaseState.VERIFIED,
            ReleaseState.CANARY);
    /** As {@link TestCanary#quick}. */
    private static final String CANARY = """
            canary:
              share: 0.3
              margin: 0.1
              minUsers: 10
              minAnswers: 20
              minDuration: 0s
              maxDuration: 1h
              settleAfter: 0s
              health: {maxErrorIncrease: 0.1, maxRefusalIncrease: 0.1}
            """;

    @TempDir
    private Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm second = new FakeVllm();

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    /** Users of the canary who like it: 9 in 10 are enough for a promotion, 2 in 10 for a rollback. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "before, CANARY, 90, PROMOTED",
        "after, CANARY, 20, ROLLED_BACK",
        "before, PROMOTED, 90, PROMOTED",
        "after, PROMOTED, 90, PROMOTED",
        "before, ROLLED_BACK, 20, ROLLED_BACK",
        "after, ROLLED_BACK, 20, ROLLED_BACK",
    })
    void aKillLosesNothingAndSaysNothingTwice(
            String when, ReleaseState state, int content, ReleaseState end, Platform platform) throws Exception {
        String prefix = "canary-kill-" + when + "-" + state + ".";
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Candidate stable = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate canary = checkpoints.write(new Draft().step(2).strength(0.2).parent(stable.version()));
        TestPublisherConfig settings = new TestPublisherConfig(
                platform.bootstrapServers(),
                platform.registryUrl(),
                prefix,
                folder,
                List.of(first.url(), second.url()));
        try (PublisherTopics topics = new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), prefix);
                FakeUsers users =
                        new FakeUsers(platform.bootstrapServers(), platform.registryUrl(), new Topics(prefix))) {
            // Given a version that all users have
            try (PublisherService _ = PublisherService.start(settings.patient())) {
                topics.announce(stable);
                awaitState(topics, stable, ReleaseState.PROMOTED);
            }

            // When another one is tried out, and the publisher is killed
            topics.announce(canary);
            try (KilledPublisher killed = KilledPublisher.start(settings, CANARY, state, when)) {
                if (state != ReleaseState.CANARY) {
                    awaitState(topics, canary, ReleaseState.CANARY);
                    users.opinions(canary.version(), content, stable.version());
                }
                killed.awaitStandstill();
            }

            // Then all have the stable version, or those whom the log names have the canary
            List<ReleaseState> soFar = states(topics, canary);
            assertThat(soFar).isEqualTo(way(end).subList(0, soFar.size()));
            assertThat(soFar.contains(state)).isEqualTo(when.equals("after"));
            assertThat(first.loaded()).contains(stable.servedName(), canary.servedName());
            assertThat(second.loaded()).contains(stable.servedName(), canary.servedName());
            assertThat(pointer().at("/stable/servedName").textValue()).isEqualTo(stable.servedName());
            if (state == ReleaseState.CANARY) {
                assertThat(pointer().at("/canary/version").isMissingNode()).isTrue();
            }

            // And the next start decides as if nothing had been
            try (PublisherService _ = PublisherService.start(settings.trying(TestCanary.quick(0.3)))) {
                if (state == ReleaseState.CANARY) {
                    awaitState(topics, canary, ReleaseState.CANARY);
                    users.opinions(canary.version(), content, stable.version());
                }
                awaitState(topics, canary, end);
                Candidate winner = end == ReleaseState.PROMOTED ? canary : stable;
                Set<String> served = new HashSet<>(List.of(stable.servedName(), winner.servedName()));
                await().atMost(BOUND).untilAsserted(() -> {
                    assertThat(pointer().at("/stable/servedName").textValue()).isEqualTo(winner.servedName());
                    assertThat(pointer().at("/canary").isNull()).isTrue();
                    assertThat(first.loaded()).isEqualTo(served);
                    assertThat(second.loaded()).isEqualTo(served);
                });
            }
            assertThat(states(topics, canary)).isEqualTo(way(end));
        }
    }

    private static List<ReleaseState> way(ReleaseState end) {
        List<ReleaseState> way = new ArrayList<>(TO_CANARY);
        way.add(end);
        return way;
    }

    /** What the store says to whoever reads no Kafka. */
    private JsonNode pointer() throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("store/pointers/acme@support.json").toFile());
    }

    private static List<ReleaseState> states(PublisherTopics topics, Candidate candidate) {
        return topics.releases(candidate).stream().map(ReleaseChanged::getState).toList();
    }

    private static void awaitState(PublisherTopics topics, Candidate candidate, ReleaseState state) {
        await("state " + state + " of " + candidate.version())
                .atMost(BOUND)
                .until(() -> states(topics, candidate).contains(state));
    }
}
