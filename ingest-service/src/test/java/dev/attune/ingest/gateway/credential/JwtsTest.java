package dev.attune.ingest.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of a real issuer over HTTP: right ones, wrong ones, attacks, rotation, an issuer that is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtsTest {
    private static final Tenant ACME =
            Tenant.of(new TenantSettings("acme", List.of(), "0123456789abcdef0123456789abcdef"));
    private static final Map<String, Tenant> TENANTS = Map.of("acme", ACME, "demo", ACME, "other", ACME);
    private static final String WRITE = "openid attune:write-feedback attune:read write-completions";

    private final TestClock clock = new TestClock();
    private RSAKey first;
    private RSAKey second;
    private LocalIssuer issuer;
    private Jwts jwts;

    /** Stands where a test sets it. */
    private static final class TestClock extends Clock {
        private volatile Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return InstantSource.fixed(now).withZone(zone);
        }
    }

    @BeforeAll
    void keys() throws Exception {
        first = LocalIssuer.key("first");
        second = LocalIssuer.key("second");
    }

    @BeforeEach
    void begin() throws Exception {
        issuer = new LocalIssuer(first);
        jwts = new Jwts(List.of(issuer.settings()), TENANTS, clock);
    }

    @AfterEach
    void end() {
        jwts.close();
        issuer.close();
    }

    @Test
    void theTenantAndTheScopesAreTheTokens() throws Exception {
        Caller caller = accepted(token("acme-inc", WRITE));

        assertThat(caller.tenant()).isSameAs(ACME);
        // Without the prefix a scope is another audience's.
        assertThat(caller.scopes()).containsExactlyInAnyOrder(Scope.WRITE_FEEDBACK, Scope.READ);
    }

    @Test
    void scopesMayBeAListInScp() throws Exception {
        JWTClaimsSet.Builder claims =
                LocalIssuer.claims(clock.instant(), "acme-inc", "").claim("scp", List.of("attune:admin", "x"));

        assertThat(accepted(LocalIssuer.sign(first, claims)).scopes()).containsExactly(Scope.ADMIN);
    }

    @Test
    void aTokenThatExpiredIsRefusedAfterALittleSkew() throws Exception {
        JWTClaimsSet.Builder justNow = LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)
                .expirationTime(Date.from(clock.instant().minusSeconds(28)));
        JWTClaimsSet.Builder before = LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)
                .expirationTime(Date.from(clock.instant().minusSeconds(31)));

        accepted(LocalIssuer.sign(first, justNow));
        assertThat(refused(LocalIssuer.sign(first, before)).detail()).contains("expired");
    }

    @Test
    void aTokenOfTheFutureIsRefusedAndALittleSkewIsNot() throws Exception {
        JWTClaimsSet.Builder soon = LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)
                .notBeforeTime(Date.from(clock.instant().plusSeconds(20)));
        JWTClaimsSet.Builder later = LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)
                .notBeforeTime(Date.from(clock.instant().plusSeconds(60)));

        accepted(LocalIssuer.sign(first, soon));
        assertThat(refused(LocalIssuer.sign(first, later)).detail()).contains("times are wrong");
    }

    @Test
    void aTokenWithoutExpiryIsRefused() throws Exception {
        JWTClaimsSet.Builder claims =
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).expirationTime(null);

        assertThat(refused(LocalIssuer.sign(first, claims)).detail()).contains("have an expiry");
    }

    @Test
    void aTokenForAnotherAudienceIsRefused() throws Exception {
        JWTClaimsSet.Builder claims =
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).audience("another");

        assertThat(refused(LocalIssuer.sign(first, claims)).detail()).contains("audience 'attune'");
    }

    @Test
    void aTokenOfAnotherIssuerIsRefusedWithoutAskingAnybody() throws Exception {
        await().atMost(Duration.ofSeconds(20)).until(() -> issuer.fetches() == 1);
        JWTClaimsSet.Builder claims =
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).issuer("https://evil.example.org");

        assertThat(refused(LocalIssuer.sign(second, claims)).detail()).contains("issuer is not known");
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil-inc", ""})
    void aTenantThatIsNotInTheMapIsForbidden(String organisation) throws Exception {
        Rejected refused = refused(token(organisation, WRITE));

        assertThat(refused.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refused.detail()).contains("'org' names no tenant").doesNotContain("evil");
    }

    /** RFC 8725, 2.1: no algorithm at all. */
    @Test
    void aTokenWithoutSignatureIsRefused() {
        String plain = new PlainJWT(
                        LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).build())
                .serialize();

        assertThat(refused(plain).detail()).contains("no signed token");
    }

    /** RFC 8725, 2.1: the public key, which everybody has, as the secret of an HMAC. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTokenWithThePublicKeyAsItsSecretIsRefused(boolean pem) throws Exception {
        byte[] encoded = first.toRSAPublicKey().getEncoded();
        byte[] secret = pem
                ? ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                                + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(StandardCharsets.US_ASCII)
                : encoded;
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(),
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).build());
        token.sign(new MACSigner(secret));

        assertThat(refused(token.serialize()).detail()).contains("signature does not hold");
    }

    @Test
    void anAlgorithmThatIsNotPinnedIsRefused() throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("first").build(),
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).build());
        token.sign(new RSASSASigner(first));

        assertThat(refused(token.serialize()).detail()).contains("with RS256");
    }

    /** A key that the token brings along, or says where to find, is nobody's. */
    @Test
    void aKeyInTheTokenIsNotBelieved() throws Exception {
        RSAKey forged = LocalIssuer.key("first");
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("first")
                        .jwk(forged.toPublicJWK())
                        .jwkURL(issuer.jwksUri())
                        .build(),
                LocalIssuer.claims(clock.instant(), "acme-inc", WRITE).build());
        token.sign(new RSASSASigner(forged));

        assertThat(refused(token.serialize()).detail()).contains("signature does not hold");
    }

    @Test
    void aChangedTokenIsRefused() throws Exception {
        String[] parts = token("acme-inc", WRITE).split("\\.", -1);
        String[] other = token("other-inc", WRITE + " attune:admin").split("\\.", -1);

        assertThat(refused(parts[0] + "." + other[1] + "." + parts[2]).detail()).contains("signature does not hold");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", "..", "e30.e30.", "e30.e30.e30", "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln"})
    void whatIsNoTokenIsRefused(String text) {
        assertThat(refused(text).reason()).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesIt() throws Exception {
        accepted(token("acme-inc", WRITE));
        issuer.list(first, second);

        accepted(LocalIssuer.sign(second, LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)));
        accepted(token("acme-inc", "attune:read"));
    }

    @Test
    void unknownKeysDoNotMakeTheGatewayAskOften() throws Exception {
        accepted(token("acme-inc", WRITE));
        for (int i = 0; i < 50; i++) {
            RSAKey unknown = new RSAKey.Builder(second).keyID("unknown-" + i).build();
            refused(LocalIssuer.sign(unknown, LocalIssuer.claims(clock.instant(), "acme-inc", WRITE)));
        }

        assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
        accepted(token("acme-inc", "attune:read"));
    }

    @Test
    void anIssuerThatWasNeverReachedIsA503() throws Exception {
        jwts.close();
        issuer.goAway(true);
        jwts = new Jwts(List.of(issuer.settings()), TENANTS, clock);

        assertThat(refused(token("acme-inc", WRITE)).reason()).isEqualTo(Reason.ISSUER_UNAVAILABLE);
    }

    @Test
    void anIssuerThatGoesAwayLeavesItsKeysForABoundedTime() throws Exception {
        // Given keys that are fetched again every 200 ms and outlive an outage of two seconds
        IssuerKeys.Times times =
                new IssuerKeys.Times(Duration.ofMillis(200), Duration.ofMillis(20), Duration.ofSeconds(2));
        JwtIssuer one = new JwtIssuer("oidc", issuer.settings(), TENANTS, clock, times);
        try (Jwts quick = new Jwts(Map.of(LocalIssuer.ISSUER, one), clock)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> issuer.fetches() > 3);
            assertThat(quick.authenticate(token("acme-inc", "1"))).isInstanceOf(Authentication.Known.class);

            // When
            issuer.goAway(true);
            int before = issuer.fetches();
            await().atMost(Duration.ofSeconds(20)).until(() -> issuer.fetches() > before);

            // Then it goes on, and ends; every token is a new one, that nothing is remembered of
            assertThat(quick.authenticate(token("acme-inc", "2"))).isInstanceOf(Authentication.Known.class);
            int[] i = {3};
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            quick.authenticate(token("acme-inc", "" + i[0]++)) instanceof Authentication.Refused refused
                                    && refused.rejected().reason() == Reason.ISSUER_UNAVAILABLE);

            // And begins again with the issuer
            issuer.goAway(false);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> quick.authenticate(token("acme-inc", "" + i[0]++)) instanceof Authentication.Known);
        }
    }

    @Test
    void aTokenThatWasVerifiedIsKnownUntilItExpires() throws Exception {
        String token = token("acme-inc", WRITE);
        Caller caller = accepted(token);
        assertThat(accepted(token)).isSameAs(caller);

        clock.now = clock.now.plusSeconds(331);

        assertThat(refused(token).detail()).contains("expired");
        clock.now = Instant.now();
    }

    private String token(String organisation, String scope) throws Exception {
        return LocalIssuer.sign(first, LocalIssuer.claims(clock.instant(), organisation, scope));
    }

    private Caller accepted(String token) {
        Authentication outcome = jwts.authenticate(token);
        assertThat(outcome).isInstanceOf(Authentication.Known.class);
        return ((Authentication.Known) outcome).caller();
    }

    private Rejected refused(String token) {
        Authentication outcome = jwts.authenticate(token);
        assertThat(outcome).isInstanceOf(Authentication.Refused.class);
        return ((Authentication.Refused) outcome).rejected();
    }
}
