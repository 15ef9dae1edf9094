package dev.attune.ingest.gateway.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.attune.ingest.gateway.access.FeedbackTokenSettings;
import dev.attune.ingest.gateway.access.RateSettings;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.privacy.RedactionSettings;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatesTest {
    private final Clock clock = new Clock();
    private final Tenant acme = tenant("acme", new RateSettings(10, 20, 6, 2));
    private final Tenant other = tenant("other", new RateSettings(10, 20, 6, 2));
    private final Tenant free = tenant("free", RateSettings.none());
    private final Rates rates = new Rates(List.of(acme, other, free), clock);

    /** Stands where a test sets it. */
    private static final class Clock implements TimeMeter {
        private long nanos;

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }
    }

    @Test
    void aTenantHasItsBurstAndThenItsRate() {
        for (int i = 0; i < 20; i++) {
            assertThat(rates.take(acme, 1).orElseThrow().events()).isEqualTo(19 - i);
        }
        assertThat(refused(() -> rates.take(acme, 1)).reason()).isEqualTo(Reason.RATE_LIMITED);

        clock.pass(Duration.ofSeconds(1));

        for (int i = 0; i < 10; i++) {
            rates.take(acme, 1);
        }
        refused(() -> rates.take(acme, 1));
    }

    /** What Retry-After says is enough, and a second less is not. */
    @Test
    void theTimeThatIsNamedIsTrue() {
        rates.takeBatch(acme, 20);
        rates.take(acme, 1);
        rates.take(other, 1);
        Rejected refused = refused(() -> rates.takeBatch(acme, 20));
        // Nineteen events beyond the request's own one, at ten a second.
        assertThat(refused.retryAfterSeconds()).isEqualTo(2);

        clock.pass(Duration.ofSeconds(1));
        refused(() -> rates.takeBatch(acme, 20));
        clock.pass(Duration.ofSeconds(1));
        rates.takeBatch(acme, 20);
    }

    @Test
    void aBatchThatNeverPassesIsToldSo() {
        Rejected refused = refused(() -> rates.takeBatch(acme, 21));

        assertThat(refused.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
        assertThat(refused.detail()).contains("more events than the 20");
    }

    @Test
    void tenantsDoNotShare() {
        rates.take(acme, 20);

        assertThat(rates.take(other, 20)).isPresent();
        assertThat(rates.take(free, 1_000_000)).isEmpty();
    }

    @Test
    void aUserHasItsOwn() {
        rates.takeOfUser(acme, "u1-a");
        rates.takeOfUser(acme, "u1-a");
        // Six a minute: one in ten seconds.
        assertThat(refused(() -> rates.takeOfUser(acme, "u1-a")).retryAfterSeconds())
                .isEqualTo(10);
        assertThatCode(() -> {
                    rates.takeOfUser(acme, "u1-b");
                    rates.takeOfUser(other, "u1-a");
                    for (int i = 0; i < 1000; i++) {
                        rates.takeOfUser(free, "u1-a");
                    }
                })
                .doesNotThrowAnyException();

        clock.pass(Duration.ofSeconds(10));

        rates.takeOfUser(acme, "u1-a");
        refused(() -> rates.takeOfUser(acme, "u1-a"));
    }

    private static Rejected refused(Runnable action) {
        Rejected refused = catchThrowableOfType(Rejected.class, action::run);
        assertThat(refused).isNotNull();
        return refused;
    }

    private static Tenant tenant(String id, RateSettings rates) {
        return Tenant.of(new TenantSettings(
                id,
                List.of(),
                "0123456789abcdef0123456789abcdef",
                RedactionSettings.OFF,
                FeedbackTokenSettings.off(),
                List.of(),
                rates));
    }
}
