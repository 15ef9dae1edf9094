package dev.attune.publisher.canary;

import dev.attune.publisher.canary.CanarySettings.Undecided;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Settings and answers for tests. */
public final class TestCanary {
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    static final CanaryRun RUN =
            new CanaryRun("acme", "support", "v000002-bbbbbbbbbbbb", "v000001-aaaaaaaaaaaa", 0.2, NOON);

    private TestCanary() {}

    /** Decides soon: 10 users, 20 answers, no waits, a margin of one tenth. */
    public static CanarySettings quick(double share) {
        return new CanarySettings(
                share,
                0.1,
                0.05,
                0.05,
                10,
                20,
                Duration.ZERO,
                Duration.ofHours(1),
                Undecided.ROLL_BACK,
                Duration.ZERO,
                new HealthBounds(0.1, 0.1, 1.5, 1.5, List.of("(?i)^(i'm )?sorry"), 20),
                share == 0 ? new ShadowSettings(60_000, 4, 32) : null);
    }

    static CanarySettings settledAfter(Duration settleAfter) {
        CanarySettings quick = quick(0.2);
        return new CanarySettings(
                quick.share(),
                quick.margin(),
                quick.falsePromotion(),
                quick.falseRollBack(),
                quick.minUsers(),
                quick.minAnswers(),
                quick.minDuration(),
                quick.maxDuration(),
                quick.undecided(),
                settleAfter,
                quick.health(),
                null);
    }

    static SeenAnswer answer(Arm arm, int number) {
        return new SeenAnswer(arm + "-" + number, arm + "-user-" + number, arm, NOON, false, false, 1_000L, 400);
    }

    static SeenAnswer failed(Arm arm, int number) {
        return new SeenAnswer(arm + "-" + number, arm + "-user-" + number, arm, NOON, true, false, null, null);
    }
}
