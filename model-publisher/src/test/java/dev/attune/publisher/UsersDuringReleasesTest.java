package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.RoutedUsers;
import dev.attune.publisher.release.Candidate;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A thousand requests a second to two replicas while versions change ten times, routed by the release events alone. */
@ExtendWith(PlatformExtension.class)
class UsersDuringReleasesTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int VERSIONS = 10;
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(1);

    @TempDir
    private Path folder;

    @Test
    void noRequestFailsAndEachAnswerIsOneAnnouncedVersions(Platform platform, TestReporter reporter) throws Exception {
        long begun = System.nanoTime();
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Set<String> announced = new TreeSet<>(Set.of(FakeVllm.BASE));
        RoutedUsers users;
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
                RoutedUsers asking = new RoutedUsers(List.of(first.url(), second.url()), BETWEEN_REQUESTS, BOUND)) {
            users = asking;
            String parent = null;
            for (int step = 1; step <= VERSIONS; step++) {
                double strength = 0.1 * step;
                Draft draft = new Draft().step(step).strength(strength);
                Candidate next = checkpoints.write(parent == null ? draft : draft.parent(parent));
                topics.announce(next);
                String promoted = promoted(topics, next).getServedName();
                announced.add(promoted);
                users.sendTo(promoted, strength);
                // Some users have had it before the next one comes
                await().atMost(BOUND).until(() -> asking.answers(promoted) > 0);
                parent = next.version();
            }
        }

        double seconds = (System.nanoTime() - begun) / 1e9;
        reporter.publishEntry("requests", "%d in %.1f s, start and end included".formatted(users.sent(), seconds));
        assertThat(users.failures()).isEmpty();
        assertThat(users.wrongAnswers()).isEmpty();
        assertThat(users.answered()).isEqualTo(announced).hasSize(VERSIONS + 1);
        assertThat(users.answered().stream().mapToInt(users::answers).sum())
                .isEqualTo(users.sent())
                .isGreaterThan(1_000);
    }

    private static ReleaseChanged promoted(PublisherTopics topics, Candidate next) {
        return await("promotion of " + next.version())
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> topics.releases(next).stream()
                                .filter(event -> event.getState() == ReleaseState.PROMOTED)
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }
}
