package dev.attune.ingest.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.kit.ConfigException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRingTest {
    private static final Random RANDOM = new Random(1);
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");
    private static final Tenant ACME =
            Tenant.of(new TenantSettings("acme", List.of(), "0123456789abcdef0123456789abcdef"));

    private final ApiKey key = ApiKey.create(RANDOM);

    @ParameterizedTest
    @CsvSource({
        "2025-12-31T23:59:59.999Z, not valid before 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z, ''",
        "2026-01-31T23:59:59.999Z, ''",
        "2026-02-01T00:00:00Z, expired at 2026-02-01T00:00:00Z",
    })
    void aKeyHoldsFromItsBeginningUntilItsEnd(Instant now, String refusal) {
        Authentication outcome = ring(entry(key, "acme", FROM, UNTIL)).authenticate(key, now);

        if (refusal.isEmpty()) {
            assertThat(outcome).isInstanceOfSatisfying(Authentication.Known.class, known -> {
                assertThat(known.caller().tenant()).isSameAs(ACME);
                assertThat(known.caller().scopes()).containsExactly(Scope.READ);
            });
        } else {
            assertThat(refusal(outcome)).contains(refusal);
        }
    }

    /** Rotation: for a while both hold. */
    @Test
    void twoKeysOfATenantOverlap() {
        ApiKey next = ApiKey.create(RANDOM);
        KeyRing ring = ring(entry(key, "acme", FROM, UNTIL), entry(next, "acme", FROM.plusSeconds(60), null));

        assertThat(ring.authenticate(key, FROM.plusSeconds(60))).isInstanceOf(Authentication.Known.class);
        assertThat(ring.authenticate(next, FROM.plusSeconds(60))).isInstanceOf(Authentication.Known.class);
        assertThat(ring.authenticate(next, UNTIL)).isInstanceOf(Authentication.Known.class);
    }

    @Test
    void whoeverHasOnlyTheKeyIdLearnsNothingOfTheKey() {
        ApiKey guess = new ApiKey(key.keyId(), ApiKey.create(RANDOM).secret());

        Authentication known = ring(entry(key, "acme", FROM, UNTIL)).authenticate(guess, UNTIL);
        Authentication unknown = ring().authenticate(guess, UNTIL);

        assertThat(refusal(known)).isEqualTo(refusal(unknown)).isEqualTo("this API key is not known here");
    }

    @Test
    void aKeyOfATenantThatIsNotHereIsLeftOut() {
        KeyRing ring = ring(entry(key, "elsewhere", null, null));

        assertThat(refusal(ring.authenticate(key, FROM))).isEqualTo("this API key is not known here");
    }

    @Test
    void aKeyIdThatIsThereTwiceIsRefused() {
        KeyEntry entry = entry(key, "acme", null, null);

        assertThatThrownBy(() -> new KeysFile(List.of(entry, entry)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("keys[1].keyId: '" + key.keyId() + "' is there twice");
    }

    @Test
    void anEndBeforeItsBeginningIsRefused() {
        assertThatThrownBy(() -> entry(key, "acme", FROM, FROM))
                .isInstanceOf(ConfigException.class)
                .hasMessage("notAfter: must be later than notBefore");
    }

    private static KeyRing ring(KeyEntry... entries) {
        return KeyRing.of(new KeysFile(List.of(entries)), Map.of("acme", ACME));
    }

    private static KeyEntry entry(ApiKey key, String tenant, Instant from, Instant until) {
        return KeyEntry.of(key, new byte[16], tenant, EnumSet.of(Scope.READ), from, until, "");
    }

    private static String refusal(Authentication outcome) {
        return ((Authentication.Refused) outcome).rejected().detail();
    }
}
