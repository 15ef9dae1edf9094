package dev.attune.ingest.gateway.credential;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One OpenID provider whose tokens (JWT) are credentials here. */
public record OidcSettings(
        @Setting("The provider, exactly as its tokens' 'iss' names it.")
        String issuer,

        @Setting("Where its public keys are (a JWKS document). HTTPS, or HTTP on this machine.")
        URI jwksUri,

        @Setting("What its tokens' 'aud' must name: this gateway, as the provider knows it.")
        String audience,

        @Setting(
                value = "Signature algorithms that are taken; HMAC and 'none' never are.",
                byDefault = "[RS256, PS256, ES256]")
        List<String> algorithms,

        @Setting(value = "The tenant that all its tokens stand for; else tenantClaim.", optional = true) @Nullable
        String tenant,

        @Setting(value = "The claim that names the tenant, by the map 'tenants'; else tenant.", optional = true)
        @Nullable
        String tenantClaim,

        @Setting(value = "From values of tenantClaim to tenants' ids.", byDefault = "{}")
        Map<String, String> tenants,

        @Setting(
                value = "What stands before a scope in 'scope' or 'scp', for example 'attune:'; others are not ours.",
                byDefault = "\"\"")
        String scopePrefix,

        @Setting(value = "How far its clock and ours may differ, up to 5m.", byDefault = "30s")
        Duration clockSkew,

        @Setting(value = "How old its keys may become before they are fetched again, from 1m.", byDefault = "5m")
        Duration keysMaxAge,

        @Setting(value = "How long its last keys hold while it cannot be reached.", byDefault = "4h")
        Duration keysOutage) {

    /** Signatures by a private key. Ed25519 would need one more library. */
    private static final Set<String> KNOWN_ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    public OidcSettings {
        Checks.notBlank("issuer", issuer);
        Checks.notBlank("audience", audience);
        String scheme = String.valueOf(jwksUri.getScheme());
        Checks.that(
                scheme.equals("https")
                        || (scheme.equals("http") && THIS_MACHINE.contains(String.valueOf(jwksUri.getHost()))),
                "jwksUri",
                "must begin with https:// (http:// only on this machine): whoever changes the keys on their way signs"
                        + " any token");
        Checks.notEmpty("algorithms", algorithms);
        for (int i = 0; i < algorithms.size(); i++) {
            Checks.that(
                    KNOWN_ALGORITHMS.contains(algorithms.get(i)),
                    "algorithms[" + i + "]",
                    "must be one of " + KNOWN_ALGORITHMS.stream().sorted().toList() + ", but is '" + algorithms.get(i)
                            + "'");
        }
        Checks.that((tenant == null) != (tenantClaim == null), "tenant", "set either tenant or tenantClaim");
        Checks.that(
                tenantClaim == null || !tenants.isEmpty(), "tenants", "needs at least one entry beside tenantClaim");
        Checks.between(
                "clockSkew (ms)", clockSkew.toMillis(), 0, Duration.ofMinutes(5).toMillis());
        Checks.between(
                "keysMaxAge (ms)",
                keysMaxAge.toMillis(),
                Duration.ofMinutes(1).toMillis(),
                Duration.ofDays(1).toMillis());
        Checks.between(
                "keysOutage (ms)",
                keysOutage.toMillis(),
                keysMaxAge.toMillis(),
                Duration.ofDays(30).toMillis());
        algorithms = List.copyOf(algorithms);
        tenants = Map.copyOf(tenants);
    }
}
