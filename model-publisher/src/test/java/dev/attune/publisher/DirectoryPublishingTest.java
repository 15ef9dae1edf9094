package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.artifacts.Digests;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.release.Candidate;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole publisher for servers without LoRA that read whole weights from a directory. */
@ExtendWith(PlatformExtension.class)
class DirectoryPublishingTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void wholeWeightsLieUnderCurrentAndTheWayBackIsALink(Platform platform) throws Exception {
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Path served = folder.resolve("served");
        PublisherConfig config = new TestPublisherConfig(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        "directory.",
                        folder,
                        List.of("http://127.0.0.1:1"))
                .inDirectory(served, folder.resolve("merged"));
        try (PublisherTopics topics =
                        new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), "directory.");
                PublisherService _ = PublisherService.start(config)) {
            for (Candidate candidate : List.of(v1, v2)) {
                topics.announce(candidate);
                awaitCurrent(served, candidate);
            }
            assertThat(topics.releases(v2).getLast().getState()).isEqualTo(ReleaseState.PROMOTED);
            assertThat(served.resolve("current/config.json"))
                    .hasSameTextualContentAs(checkpoints.base().resolve("config.json"));
            assertThat(weights(served.resolve(v1.servedName())))
                    .isNotEqualTo(weights(served.resolve(v2.servedName())))
                    .isNotEqualTo(weights(checkpoints.base()));

            topics.say(ReleaseCommand.ROLL_BACK, v2, "ann");
            awaitCurrent(served, v1);

            topics.say(ReleaseCommand.ROLL_BACK, v1, "ann");
            await().atMost(BOUND)
                    .untilAsserted(() -> assertThat(Files.exists(served.resolve("current"), LinkOption.NOFOLLOW_LINKS))
                            .isFalse());
        }
    }

    private static void awaitCurrent(Path served, Candidate candidate) {
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(served.resolve("current"))
                        .isSymbolicLink()
                        .satisfies(
                                link -> assertThat(Files.readSymbolicLink(link)).hasToString(candidate.servedName())));
    }

    private static String weights(Path model) throws IOException {
        return Digests.sha256(model.resolve("model.safetensors"));
    }
}
