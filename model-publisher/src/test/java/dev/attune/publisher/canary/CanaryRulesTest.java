package dev.attune.publisher.canary;

import static dev.attune.publisher.canary.TestCanary.NOON;
import static dev.attune.publisher.canary.TestCanary.RUN;
import static dev.attune.publisher.canary.TestCanary.answer;
import static dev.attune.publisher.canary.TestCanary.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.publisher.canary.CanarySettings.Undecided;
import dev.attune.publisher.canary.CanaryVerdict.KeepGoing;
import dev.attune.publisher.canary.CanaryVerdict.Promote;
import dev.attune.publisher.canary.CanaryVerdict.RollBack;
import dev.attune.publisher.canary.Said.Thumb;
import dev.attune.publisher.canary.Said.Thumb.Direction;
import dev.attune.publisher.release.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryRulesTest {
    private final CanarySettings settings = TestCanary.quick(0.2);
    private CanaryEvidence evidence = new CanaryEvidence(settings, RUN);

    /** So many users of each version, some of whom like its answer. */
    private void users(Arm arm, int users, int content) {
        for (int i = 0; i < users; i++) {
            SeenAnswer answer = answer(arm, i);
            evidence.add(answer);
            evidence.add(
                    answer.user(),
                    new Thumb(
                            "e-" + answer.answerId(),
                            NOON,
                            NOON,
                            answer.answerId(),
                            i * 37 % users < content ? Direction.UP : Direction.DOWN));
        }
    }

    private CanaryVerdict judge(Duration after) {
        Instant now = NOON.plus(after);
        evidence.settle(now);
        return CanaryRules.judge(evidence, settings, RUN, now);
    }

    @Test
    void aVersionThatPeopleLikeIsPromoted() {
        users(Arm.CANARY, 60, 54);
        users(Arm.STABLE, 240, 168);

        CanaryVerdict verdict = judge(Duration.ofMinutes(1));

        assertThat(verdict).isInstanceOfSatisfying(Promote.class, promote -> {
            assertThat(promote.detail())
                    .isEqualTo("its win rate is +0.200 of the stable version's over 60 users (at least -0.100)");
            assertThat(promote.measurements())
                    .containsEntry("canary.users", 60.0)
                    .containsEntry("canary.users.stable", 240.0)
                    .containsEntry("canary.win.rate", 0.9)
                    .containsEntry("canary.win.rate.stable", 0.7)
                    .containsEntry("canary.answers", 60.0)
                    .containsEntry("canary.latency.ratio", 1.0);
            assertThat(promote.measurements().get("canary.evidence.not.worse")).isGreaterThan(3);
        });
    }

    @Test
    void aVersionThatPeopleDislikeIsRolledBack() {
        users(Arm.CANARY, 60, 12);
        users(Arm.STABLE, 240, 168);

        assertThat(judge(Duration.ofMinutes(1))).isInstanceOfSatisfying(RollBack.class, back -> {
            assertThat(back.reason()).isEqualTo(RejectReason.CANARY_WORSE);
            assertThat(back.detail())
                    .isEqualTo(
                            "its win rate is -0.500 of the stable version's over 60 and 240 users (at least -0.100)");
        });
    }

    @Test
    void withoutEnoughTrafficItGoesOnAndThenEndsUndecided() {
        users(Arm.CANARY, 9, 9);
        users(Arm.STABLE, 240, 120);

        assertThat(judge(Duration.ofMinutes(59)))
                .isInstanceOfSatisfying(
                        KeepGoing.class,
                        on -> assertThat(on.waitingFor()).startsWith("9 of 20 answers; 9 of 10 users with feedback"));
        assertThat(judge(Duration.ofMinutes(60))).isInstanceOfSatisfying(RollBack.class, back -> {
            assertThat(back.reason()).isEqualTo(RejectReason.CANARY_UNDECIDED);
            assertThat(back.detail()).startsWith("undecided after PT1H: 9 of 20 answers; 9 of 10 users with feedback");
        });
        assertThat(CanaryRules.undecided("why", withUndecided(Undecided.PROMOTE), Map.of()))
                .isInstanceOf(Promote.class);
    }

    @ParameterizedTest
    @CsvSource({
        // failed, refused, latency, length of every second answer of the canary
        "true, false, 1000, 400, CANARY_ERRORS",
        "false, true, 1000, 400, CANARY_REFUSALS",
        "false, false, 2500, 400, CANARY_SLOWER",
        "false, false, 1000, 900, CANARY_LONGER",
        "false, false, 1000, 150, CANARY_SHORTER",
    })
    void eachBoundHasItsOwnReason(boolean failed, boolean refused, long latency, int length, RejectReason reason) {
        for (int i = 0; i < 150; i++) {
            SeenAnswer good = answer(Arm.CANARY, i);
            boolean odd = (failed || refused) ? i % 2 == 0 : i % 4 != 0;
            evidence.add(
                    odd
                            ? new SeenAnswer(
                                    good.answerId(), good.user(), Arm.CANARY, NOON, failed, refused, latency, length)
                            : good);
            evidence.add(answer(Arm.STABLE, i));
        }

        assertThat(judge(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        RollBack.class, back -> assertThat(back.reason()).isEqualTo(reason));
    }

    @Test
    void whatLooksBadKeepsAPromotionBackWithoutBeingEvidence() {
        users(Arm.CANARY, 60, 54);
        users(Arm.STABLE, 240, 168);
        for (int i = 100; i < 110; i++) {
            evidence.add(failed(Arm.CANARY, i));
        }

        // 10 of 70 fail, and of the stable version's none
        assertThat(judge(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        KeepGoing.class,
                        on -> assertThat(on.waitingFor()).isEqualTo("too many errors, as it looks so far"));
    }

    @Test
    void oneUsersAnswersCountUpToABound() {
        users(Arm.CANARY, 60, 54);
        users(Arm.STABLE, 240, 168);
        for (int i = 0; i < 5_000; i++) {
            evidence.add(new SeenAnswer("t" + i, "one", Arm.CANARY, NOON, i > 10, false, 60_000L, 9_000));
        }

        assertThat(evidence.health().canaryAnswers()).isEqualTo(80);
        assertThat(judge(Duration.ofMinutes(1))).isNotInstanceOf(RollBack.class);
    }

    @Test
    void anAnswerThatIsToldTwiceCountsOnce() {
        users(Arm.CANARY, 10, 5);
        users(Arm.CANARY, 10, 5);

        assertThat(evidence.health().canaryAnswers()).isEqualTo(10);
    }

    @Test
    void inTheShadowNobodysVoiceIsWaitedFor() {
        CanarySettings shadow = TestCanary.quick(0);
        CanaryRun run = new CanaryRun("acme", "support", "v2", "v1", 0, NOON);
        evidence = new CanaryEvidence(shadow, run);
        for (int i = 0; i < 20; i++) {
            evidence.addPair(answer(Arm.CANARY, i), answer(Arm.STABLE, i));
        }

        assertThat(CanaryRules.judge(evidence, shadow, run, NOON))
                .isInstanceOfSatisfying(
                        Promote.class,
                        promote -> assertThat(promote.detail())
                                .isEqualTo("over 20 prompts its answers are within all bounds"));
    }

    private CanarySettings withUndecided(Undecided undecided) {
        return new CanarySettings(
                0.2,
                0.1,
                0.05,
                0.05,
                10,
                20,
                Duration.ZERO,
                Duration.ofHours(1),
                undecided,
                Duration.ZERO,
                settings.health(),
                null);
    }
}
