package dev.attune.ingest.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.gateway.access.FeedbackTokens.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackTokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant GIVEN = Instant.parse("2026-11-24T10:00:00.123Z");
    private static final FeedbackGrant GRANT = new FeedbackGrant("turn-1", "c1", "u1-00ff", "support");

    private final FeedbackTokens tokens = tokens("acme", SECRET, Duration.ofHours(1), "k1");

    @Test
    void whatWasGrantedIsReadBack() {
        assertThat(tokens.verify(tokens.issue(GRANT, GIVEN), GIVEN)).isEqualTo(new Outcome.Valid(GRANT));
    }

    @Test
    void theSameGrantIsTheSameTokenAtEveryInstance() {
        FeedbackTokens another = tokens("acme", SECRET, Duration.ofHours(1), "k1");

        assertThat(another.issue(GRANT, GIVEN)).isEqualTo(tokens.issue(GRANT, GIVEN));
    }

    /** Tokens are out there for a day: computed outside of Java by RFC 5869 and RFC 2104. */
    @Test
    void theSignatureIsFixed() {
        assertThat(tokens.issue(GRANT, GIVEN))
                .isEqualTo("aft_AQACazEABGFjbWUABnR1cm4tMQACYzEAB3UxLTAwZmYAB3N1cHBvcnQAAAAAawVuMA.bqMtZIMUt"
                        + "tBHL9u7tN6WIhIzs9tySdhHaUHd_zBRZ-U");
    }

    @Test
    void itEndsWithItsLifetime() {
        String token = tokens.issue(GRANT, GIVEN);
        Instant end = Instant.parse("2026-11-24T11:00:00Z");

        assertThat(tokens.verify(token, end.minusMillis(1))).isInstanceOf(Outcome.Valid.class);
        assertThat(tokens.verify(token, end)).isEqualTo(new Outcome.Expired(end));
    }

    /** A completion that claims to be of tomorrow, or a lifetime that was a month, is no way to live longer. */
    @Test
    void itDoesNotLiveLongerThanTokensDoNow() {
        String token = tokens.issue(GRANT, GIVEN);

        assertThat(tokens.verify(token, GIVEN.minus(Duration.ofMinutes(10)))).isInstanceOf(Outcome.Valid.class);
        assertThat(tokens.verify(token, GIVEN.minus(Duration.ofMinutes(12)))).isInstanceOf(Outcome.Expired.class);
        assertThat(tokens("acme", SECRET, Duration.ofMinutes(10), "k1").verify(token, GIVEN))
                .isInstanceOf(Outcome.Expired.class);
    }

    @Test
    void everyChangedCharacterIsAForgery() {
        String token = tokens.issue(GRANT, GIVEN);
        for (int i = 0; i < token.length(); i++) {
            for (char other : new char[] {'A', 'B', '-', '.', '\u00e9'}) {
                if (token.charAt(i) != other) {
                    String changed = token.substring(0, i) + other + token.substring(i + 1);
                    assertThat(tokens.verify(changed, GIVEN)).as(changed).isEqualTo(new Outcome.Forged());
                }
            }
            assertThat(tokens.verify(token.substring(0, i), GIVEN)).isEqualTo(new Outcome.Forged());
        }
        assertThat(tokens.verify(token + "A", GIVEN)).isEqualTo(new Outcome.Forged());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "aft_", "aft_.", "aft_AQ.AQ", "aft_AP__.x", "eyJhbGciOiJub25lIn0.e30."})
    void whatIsNoTokenIsAForgery(String text) {
        assertThat(tokens.verify(text, GIVEN)).isEqualTo(new Outcome.Forged());
        assertThat(FeedbackTokens.claimedTenant(text)).isEmpty();
    }

    @Test
    void anotherTenantsTokenIsAForgeryEvenUnderTheSameSecret() {
        String token = tokens("other", SECRET, Duration.ofHours(1), "k1").issue(GRANT, GIVEN);

        assertThat(tokens.verify(token, GIVEN)).isEqualTo(new Outcome.Forged());
        assertThat(FeedbackTokens.claimedTenant(token)).contains("other");
    }

    @Test
    void keysRotate() {
        String old = tokens.issue(GRANT, GIVEN);
        FeedbackTokens overlapping = tokens("acme", SECRET, Duration.ofHours(1), "k2", "k1");
        FeedbackTokens after = tokens("acme", SECRET, Duration.ofHours(1), "k2");

        assertThat(overlapping.verify(old, GIVEN)).isInstanceOf(Outcome.Valid.class);
        assertThat(overlapping.issue(GRANT, GIVEN)).isNotEqualTo(old);
        assertThat(after.verify(old, GIVEN)).isEqualTo(new Outcome.Forged());
        assertThat(after.verify(overlapping.issue(GRANT, GIVEN), GIVEN)).isInstanceOf(Outcome.Valid.class);
    }

    private static FeedbackTokens tokens(
            String tenant, String secret, Duration lifetime, String keyId, String... earlier) {
        return new FeedbackTokens(tenant, secret, new FeedbackTokenSettings(true, lifetime, keyId, List.of(earlier)));
    }
}
