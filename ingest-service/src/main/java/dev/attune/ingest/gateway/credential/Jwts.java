package dev.attune.ingest.gateway.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.credential.Authentication.Known;
import dev.attune.ingest.gateway.credential.Authentication.Refused;
import dev.attune.ingest.gateway.credential.JwtIssuer.Verified;
import dev.attune.ingest.gateway.problem.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens of OpenID providers. A signature is verified once: the same token is then known by its digest, until it expires, and
 * for five minutes at most, so that a key which its issuer takes back does not live on here.
 */
final class Jwts implements AutoCloseable {
    private static final int MOST_REMEMBERED = 20_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(5);

    private final Map<String, JwtIssuer> issuers = new HashMap<>();
    private final Cache<String, Verified> verified;
    private final Clock clock;

    Jwts(List<OidcSettings> settings, Map<String, Tenant> tenants, Clock clock) {
        this.clock = clock;
        this.verified = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED_FOR)
                .build();
        for (int i = 0; i < settings.size(); i++) {
            OidcSettings one = settings.get(i);
            issuers.put(
                    one.issuer(),
                    new JwtIssuer("access.oidc[" + i + "]", one, tenants, clock, IssuerKeys.Times.of(one)));
        }
    }

    Jwts(Map<String, JwtIssuer> issuers, Clock clock) {
        this(List.of(), Map.of(), clock);
        this.issuers.putAll(issuers);
    }

    /** Whether a text may be a token: three parts. */
    boolean expects(String credential) {
        int first = credential.indexOf('.');
        int second = credential.indexOf('.', first + 1);
        return !issuers.isEmpty() && first > 0 && second > 0 && credential.indexOf('.', second + 1) < 0;
    }

    Authentication authenticate(String credential) {
        String digest = digest(credential);
        Instant now = clock.instant();
        Verified before = verified.getIfPresent(digest);
        if (before != null && now.isBefore(before.until())) {
            return new Known(before.caller());
        }
        try {
            SignedJWT token = SignedJWT.parse(credential);
            // Which issuer it is from is only believed once that issuer's key has verified it.
            String claimed = token.getJWTClaimsSet().getIssuer();
            JwtIssuer issuer = claimed == null ? null : issuers.get(claimed);
            if (issuer == null) {
                return Refused.of("the token's issuer is not known here");
            }
            Verified fresh = issuer.verify(token);
            verified.put(digest, fresh);
            return new Known(fresh.caller());
        } catch (ParseException | IllegalArgumentException _) {
            return Refused.of("this is no signed token (JWT) of an OpenID provider");
        } catch (Rejected rejected) {
            return new Refused(rejected, null);
        }
    }

    private static String digest(String credential) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        issuers.values().forEach(JwtIssuer::close);
    }
}
