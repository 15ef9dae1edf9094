package dev.attune.ingest.gateway.credential;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Credential;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.kit.Checks;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens of one issuer. What is said of a token never repeats what it holds. */
final class JwtIssuer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JwtIssuer.class);

    private final OidcSettings settings;
    private final Map<String, Tenant> tenants;
    private final IssuerKeys keys;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /** A token that holds, and until when. */
    record Verified(Caller caller, Instant until) {}

    /** @param setting names the issuer's settings, for messages */
    JwtIssuer(String setting, OidcSettings settings, Map<String, Tenant> tenants, Clock clock, IssuerKeys.Times times) {
        this.settings = settings;
        this.tenants = tenants;
        String fixed = settings.tenant();
        Checks.that(
                fixed == null || tenants.containsKey(fixed), setting + ".tenant", "'" + fixed + "' is no tenant here");
        settings.tenants()
                .forEach((claim, id) -> Checks.that(
                        tenants.containsKey(id), setting + ".tenants." + claim, "'" + id + "' is no tenant here"));
        keys = new IssuerKeys(settings.issuer(), settings.jwksUri(), times);
        Set<JWSAlgorithm> algorithms =
                settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null));
        processor.setJWTClaimsSetVerifier(claims(settings, clock));
    }

    private static DefaultJWTClaimsVerifier<SecurityContext> claims(OidcSettings settings, Clock clock) {
        JWTClaimsSet exact =
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build();
        DefaultJWTClaimsVerifier<SecurityContext> verifier =
                new DefaultJWTClaimsVerifier<>(Set.of(settings.audience()), exact, Set.of("exp"), null) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew((int) settings.clockSkew().toSeconds());
        return verifier;
    }

    /** @throws Rejected when it does not hold, or nobody can say */
    Verified verify(SignedJWT token) {
        JWTClaimsSet claims = claims(token);
        Tenant tenant = tenant(claims);
        Caller caller = new Caller(tenant, scopes(claims), new Credential.Jwt(settings.issuer()));
        return new Verified(caller, claims.getExpirationTime().toInstant().plus(settings.clockSkew()));
    }

    private JWTClaimsSet claims(SignedJWT token) {
        try {
            return processor.process(token, null);
        } catch (ExpiredJWTException _) {
            throw unauthenticated("the token expired: get a new one from its issuer");
        } catch (BadJWTException _) {
            throw unauthenticated("the token's audience or times are wrong: it must be for the audience '"
                    + settings.audience() + "', have an expiry, and be valid now");
        } catch (BadJOSEException _) {
            throw unauthenticated(
                    "the token's signature does not hold: it must be by a key that the issuer lists, with "
                            + String.join(" or ", settings.algorithms()));
        } catch (KeySourceException e) {
            LOG.warn("the keys of the issuer {} cannot be had: {}", settings.issuer(), e.getMessage());
            throw new Rejected(
                    Reason.ISSUER_UNAVAILABLE, "the keys of the token's issuer cannot be had now: send it again later");
        } catch (JOSEException | RuntimeException _) {
            throw unauthenticated("the token cannot be verified");
        }
    }

    private Tenant tenant(JWTClaimsSet claims) {
        String id = settings.tenant() != null ? settings.tenant() : mapped(claims, settings.tenantClaim());
        Tenant tenant = id == null ? null : tenants.get(id);
        if (tenant == null) {
            throw new Rejected(
                    Reason.FORBIDDEN,
                    "the token's claim '" + settings.tenantClaim() + "' names no tenant of this gateway");
        }
        return tenant;
    }

    private @Nullable String mapped(JWTClaimsSet claims, @Nullable String claim) {
        Object value = claim == null ? null : claims.getClaim(claim);
        return value instanceof String text ? settings.tenants().get(text) : null;
    }

    /** RFC 8693's {@code scope}, words in a string; or {@code scp}, as some providers have it, a list or a string. */
    private Set<Scope> scopes(JWTClaimsSet claims) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String claim : List.of("scope", "scp")) {
            for (String word : words(claims, claim)) {
                if (word.startsWith(settings.scopePrefix())) {
                    Scope.ofTitle(word.substring(settings.scopePrefix().length()))
                            .ifPresent(scopes::add);
                }
            }
        }
        return scopes;
    }

    private static List<String> words(JWTClaimsSet claims, String claim) {
        try {
            if (claims.getClaim(claim) instanceof String text) {
                return List.of(text.split(" "));
            }
            List<String> list = claims.getStringListClaim(claim);
            return list == null ? List.of() : list;
        } catch (ParseException _) {
            return List.of();
        }
    }

    private static Rejected unauthenticated(String detail) {
        return new Rejected(Reason.UNAUTHENTICATED, detail);
    }

    @Override
    public void close() {
        keys.close();
    }
}
