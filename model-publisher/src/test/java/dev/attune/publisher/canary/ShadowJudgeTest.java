package dev.attune.publisher.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.Thumb;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.canary.CanaryVerdict.KeepGoing;
import dev.attune.publisher.canary.CanaryVerdict.Promote;
import dev.attune.publisher.canary.CanaryVerdict.RollBack;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeUsers;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.release.RejectReason;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Live prompts from a real broker, asked of a serving in this process. */
@ExtendWith(PlatformExtension.class)
class ShadowJudgeTest {
    private static final String CANARY = "support-v2";
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final Set<String> askedOfCanary = new ConcurrentSkipListSet<>();
    private final Set<String> askedOfStable = new ConcurrentSkipListSet<>();
    private Platform platform;
    private Topics topics;
    private FakeUsers users;
    private CanaryRun run;

    @BeforeEach
    void start(Platform shared) throws Exception {
        platform = shared;
        topics = platform.createTopics(2);
        users = new FakeUsers(platform.bootstrapServers(), platform.registryUrl(), topics);
        run = new CanaryRun(FakeCheckpoints.TENANT, "support", "v2", "v1", 0, Instant.now());
    }

    @AfterEach
    void stop() {
        users.close();
    }

    /** What the canary answers, and how the stable version does. */
    private CanaryJudge judge(ShadowServing canary) {
        return judge(canary, TestCanary.quick(0));
    }

    private CanaryJudge judge(ShadowServing canary, CanarySettings settings) {
        ShadowServing both = (name, messages, maxTokens, number) -> {
            (name.equals(CANARY) ? askedOfCanary : askedOfStable)
                    .add(messages.getFirst().content());
            return name.equals(CANARY) ? canary.ask(name, messages, maxTokens, number) : "y".repeat(300);
        };
        return new ShadowJudge(
                new KafkaSettings(platform.bootstrapServers(), Map.of("fetch.max.wait.ms", "50")),
                topics,
                platform.serdes(),
                settings,
                "base",
                both);
    }

    /** Asks until there is a verdict, while users go on. */
    private CanaryVerdict verdict(CanaryJudge judge) {
        return await().atMost(BOUND)
                .until(
                        () -> {
                            users.answered("v1", Thumb.UP);
                            users.flush();
                            return judge.judge(run, Instant.now());
                        },
                        found -> !(found instanceof KeepGoing));
    }

    @Test
    void aVersionThatAnswersAlikeIsLetThrough() {
        try (CanaryJudge judge = judge((name, messages, maxTokens, number) -> "x".repeat(310))) {
            assertThat(verdict(judge)).isInstanceOfSatisfying(Promote.class, promote -> {
                assertThat(promote.measurements().get("canary.answers")).isGreaterThanOrEqualTo(20);
                assertThat(promote.measurements().get("canary.length.ratio")).isBetween(1.03, 1.04);
                assertThat(promote.measurements()).doesNotContainKey("canary.win.rate");
            });
        }
        assertThat(askedOfCanary).isEqualTo(askedOfStable).isNotEmpty();
    }

    /** A version that answers nobody is not judged by users because users judge the next one. */
    @Test
    void aShadowGoesOnWhenItIsConfiguredAway() {
        try (CanaryJudge judge = judge((name, messages, maxTokens, number) -> "x".repeat(310), TestCanary.quick(0.2))) {
            await().atMost(BOUND).untilAsserted(() -> {
                users.answered("v1", Thumb.UP);
                users.flush();
                assertThat(judge.judge(run, Instant.now()).measurements().get("canary.answers"))
                        .isPositive();
            });
        }
    }

    @Test
    void aVersionThatFailsIsNot() {
        try (CanaryJudge judge = judge((name, messages, maxTokens, number) -> {
            throw new CallException(Fault.UNAVAILABLE, "out of memory");
        })) {
            assertThat(verdict(judge))
                    .isInstanceOfSatisfying(
                            RollBack.class, back -> assertThat(back.reason()).isEqualTo(RejectReason.CANARY_ERRORS));
        }
    }

    @Test
    void aVersionThatDeclinesIsNot() {
        try (CanaryJudge judge = judge((name, messages, maxTokens, number) -> "Sorry, " + "x".repeat(300))) {
            assertThat(verdict(judge))
                    .isInstanceOfSatisfying(
                            RollBack.class, back -> assertThat(back.reason()).isEqualTo(RejectReason.CANARY_REFUSALS));
        }
    }

    @Test
    void aPromptThatMayNotBeAskedAgainIsNot() {
        try (CanaryJudge judge = judge((name, messages, maxTokens, number) -> "x".repeat(300))) {
            judge.judge(run, Instant.now());
            for (int i = 0; i < 5; i++) {
                users.send(users.completion("private-" + i, "v1")
                        .setAllowShadow(false)
                        .build());
                users.send(
                        users.completion("other-" + i, "v1").setTenant("other").build());
            }

            assertThat(verdict(judge)).isInstanceOf(Promote.class);
        }
        assertThat(askedOfCanary)
                .isNotEmpty()
                .noneMatch(prompt -> prompt.contains("private") || prompt.contains("other"));
    }
}
