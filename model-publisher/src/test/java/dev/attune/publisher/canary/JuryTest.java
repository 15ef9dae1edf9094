package dev.attune.publisher.canary;

import static dev.attune.publisher.canary.TestCanary.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.publisher.canary.Said.Thumb;
import dev.attune.publisher.canary.Said.Thumb.Direction;
import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import dev.attune.publisher.canary.sequential.Sum;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JuryTest {
    private static final Duration SETTLE = Duration.ofMinutes(10);

    private final Jury jury = new Jury(SETTLE);
    private final DifferenceEvidence winRate = new DifferenceEvidence(0.1, 0.3);

    private void thumb(String user, String answerId, int second, Direction direction) {
        Instant at = NOON.plusSeconds(second);
        jury.add(user, new Thumb(user + "-" + answerId + "-" + second, at, at, answerId, direction));
    }

    private void settle(int second) {
        jury.settle(NOON.plusSeconds(second), JuryTest::arm, winRate);
    }

    private static @Nullable Arm arm(String answerId) {
        return switch (answerId.charAt(0)) {
            case 'c' -> Arm.CANARY;
            case 's' -> Arm.STABLE;
            default -> null;
        };
    }

    @Test
    void aUserIsCountedOnceAndOnlyWhenTheTimeIsOver() {
        thumb("ann", "c1", 0, Direction.UP);
        settle(599);
        assertThat(winRate.canary()).isEqualTo(Sum.NONE);
        assertThat(jury.waiting()).isEqualTo(1);

        settle(600);
        thumb("ann", "c2", 700, Direction.DOWN);
        settle(10_000);

        assertThat(winRate.canary()).isEqualTo(new Sum(1, 1));
        assertThat(jury.waiting()).isZero();
    }

    /** A brigade of one: ten thousand thumbs weigh what one does. */
    @Test
    void onePersonIsOneVoiceHoweverLoud() {
        for (int i = 0; i < 10_000; i++) {
            thumb("troll", "c" + i, i % 600, Direction.DOWN);
        }
        thumb("ann", "c-ann", 0, Direction.UP);
        settle(2_000);

        assertThat(winRate.canary()).isEqualTo(new Sum(1, 2));
    }

    @Test
    void whoeverSawBothVersionsIsOneComparison() {
        thumb("ann", "c1", 0, Direction.UP);
        thumb("ann", "s1", 1, Direction.DOWN);
        settle(1_000);

        assertThat(winRate.both()).isEqualTo(new Sum(1, 1));
        assertThat(winRate.canary().count() + winRate.stable().count()).isZero();
    }

    @Test
    void whoeverSpokeOfOtherVersionsOnlyMayStillBeHeard() {
        thumb("ann", "x1", 0, Direction.DOWN);
        thumb("ann", "c1", 700, Direction.UP);

        settle(1_000);
        assertThat(winRate.canary()).isEqualTo(Sum.NONE);
        settle(1_300);

        assertThat(winRate.canary()).isEqualTo(new Sum(1, 1));
    }

    @Test
    void afterARestartAllAtOnceIsTheSameAsOneAfterTheOther() {
        DifferenceEvidence bit = new DifferenceEvidence(0.1, 0.3);
        Jury bitByBit = new Jury(SETTLE);
        for (int i = 0; i < 300; i++) {
            String user = "user-" + i;
            String answer = (i % 3 == 0 ? "c" : i % 7 == 0 ? "x" : "s") + i;
            Direction direction = i % 4 == 0 ? Direction.DOWN : Direction.UP;
            thumb(user, answer, 10 * i, direction);
            Instant at = NOON.plusSeconds(10L * i);
            bitByBit.add(user, new Thumb("e" + i, at, at, answer, direction));
            bitByBit.settle(at, JuryTest::arm, bit);
        }
        settle(10_000);
        bitByBit.settle(NOON.plusSeconds(10_000), JuryTest::arm, bit);

        assertThat(winRate.logEvidenceNotWorse())
                .isEqualTo(bit.logEvidenceNotWorse())
                .isNotZero();
        assertThat(winRate.logEvidenceWorse()).isEqualTo(bit.logEvidenceWorse());
    }
}
