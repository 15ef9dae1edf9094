package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.Candidate;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The publisher as its own process, killed with SIGKILL at each transition, before its event and after: users never get what
 * is not proven, the old version or the new one serves, and the next start brings it to its end, saying nothing twice.
 */
@ExtendWith(PlatformExtension.class)
class PublisherKillTest {

    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final List<ReleaseState> TO_USERS = List.of(
            ReleaseState.RECEIVED,
            ReleaseState.VALIDATED,
            ReleaseState.STORED,
            ReleaseState.LOADING,
            ReleaseState.LOADED,
            ReleaseState.VERIFIED,
            ReleaseState.PROMOTED);
    private static final List<ReleaseState> FROM_USERS = List.of(ReleaseState.DRAINING, ReleaseState.RETIRED);

    @TempDir
    private Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm second = new FakeVllm();

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    static Stream<Arguments> points() {
        return Stream.concat(TO_USERS.stream(), FROM_USERS.stream())
                .flatMap(state -> Stream.of(Arguments.of("before", state), Arguments.of("after", state)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("points")
    void aKillLosesNothingAndSaysNothingTwice(String when, ReleaseState state, Platform platform) throws Exception {
        String prefix = "kill-" + when + "-" + state + ".";
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (PublisherTopics topics =
                new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), prefix)) {
            // Given two versions that users can have
            TestPublisherConfig settings = new TestPublisherConfig(
                    platform.bootstrapServers(),
                    platform.registryUrl(),
                    prefix,
                    folder,
                    List.of(first.url(), second.url()));
            PublisherConfig config = settings.patient();
            try (PublisherService _ = PublisherService.start(config)) {
                for (Candidate candidate : List.of(v1, v2)) {
                    topics.announce(candidate);
                    awaitState(topics, candidate, ReleaseState.PROMOTED);
                }
            }

            // When a third comes, and the publisher is killed
            topics.announce(v3);
            try (KilledPublisher killed = KilledPublisher.start(settings, "", state, when)) {
                killed.awaitStandstill();
            }

            // Then users have the second, or the third once it is proven
            assertThat(states(topics, v2)).isEqualTo(TO_USERS);
            assertThat(first.loaded()).contains(v2.servedName());
            assertThat(second.loaded()).contains(v2.servedName());
            List<ReleaseState> soFar = states(topics, v3);
            assertThat(soFar).isEqualTo(TO_USERS.subList(0, soFar.size()));
            assertThat(pointer())
                    .containsAnyOf(
                            v2.servedName(), soFar.contains(ReleaseState.PROMOTED) ? v3.servedName() : v2.servedName());

            // And the next start brings it to the same end, as if nothing had been
            try (PublisherService _ = PublisherService.start(config)) {
                awaitState(topics, v1, ReleaseState.RETIRED);
            }
            assertThat(states(topics, v3)).isEqualTo(TO_USERS);
            assertThat(pointer()).contains(v3.servedName());
            assertThat(states(topics, v1))
                    .isEqualTo(Stream.concat(TO_USERS.stream(), FROM_USERS.stream())
                            .toList());
            assertThat(first.loaded()).containsExactlyInAnyOrder(v2.servedName(), v3.servedName());
            assertThat(second.loaded()).containsExactlyInAnyOrder(v2.servedName(), v3.servedName());
        }
    }

    /** What the store says to whoever reads no Kafka. */
    private String pointer() throws Exception {
        return Files.readString(folder.resolve("store/pointers/acme@support.json"));
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
