package dev.attune.ingest.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void whatNobodyCompletesEndsAfterItsDeadlineAndIsForgotten() {
        try (Deadlines deadlines = new Deadlines()) {
            long deadline = System.nanoTime() + Duration.ofMillis(200).toNanos();
            Deadlines.Timed late = deadlines.until(deadline);
            Deadlines.Timed later =
                    deadlines.until(System.nanoTime() + Duration.ofHours(1).toNanos());

            assertThatThrownBy(() -> late.end().get(BOUND.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TimeoutException.class);

            assertThat(System.nanoTime() - deadline).isNotNegative();
            assertThat(later.end()).isNotDone();
            await().atMost(BOUND).until(() -> deadlines.count() == 1);
        }
    }

    @Test
    void whatIsDoneIsNotHeld() {
        try (Deadlines deadlines = new Deadlines()) {
            Deadlines.Timed stored = deadlines.until(System.nanoTime());

            stored.end(null);

            assertThat(deadlines.count()).isZero();
            assertThat(stored.end()).isCompleted();
        }
    }
}
