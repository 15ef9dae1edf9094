package dev.attune.publisher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.http.CallException.Fault;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetrierTest {

    private final StopSignal stop = new StopSignal();
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void goesOnUntilTheServerIsBack() throws CallException {
        Retrier retrier = retrier(Duration.ofSeconds(10));

        int result = retrier.call(() -> failing(3));

        assertThat(result).isEqualTo(4);
    }

    @Test
    void givesUpAtTheBoundAndSaysHowOftenItTried() {
        Retrier retrier = retrier(Duration.ofMillis(30));

        assertThatThrownBy(() -> retrier.call(() -> failing(Integer.MAX_VALUE)))
                .isInstanceOf(CallException.class)
                .hasMessageMatching("away \\(given up after \\d+ attempts in 0 s\\)");
        assertThat(calls).hasValueGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSED", "NONSENSE"})
    void doesNotRepeatWhatWouldBeAnsweredAlike(Fault fault) {
        Retrier retrier = retrier(Duration.ofSeconds(10));

        assertThatThrownBy(() -> retrier.run(() -> {
                    calls.incrementAndGet();
                    throw new CallException(fault, "no");
                }))
                .hasMessage("no");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStopEndsTheWait() {
        Retrier retrier = new Retrier(
                new RetrySettings(
                        Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofHours(1)),
                stop);

        assertThatThrownBy(() -> retrier.run(() -> {
                    stop.request();
                    throw new CallException(Fault.UNAVAILABLE, "away");
                }))
                .isInstanceOf(StoppedException.class);
    }

    private int failing(int times) throws CallException {
        if (calls.incrementAndGet() <= times) {
            throw new CallException(Fault.UNAVAILABLE, "away");
        }
        return calls.get();
    }

    private Retrier retrier(Duration giveUpAfter) {
        return new Retrier(
                new RetrySettings(Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofMillis(4), giveUpAfter),
                stop);
    }
}
