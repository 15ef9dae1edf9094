package dev.attune.ingest.gateway;

import dev.attune.kit.Checks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which tenant an API key belongs to. Only digests are held: a key cannot be read out of this process's memory dump or logs. */
final class ApiKeys {
    static final String DIGEST_PREFIX = "sha256:";
    private static final String SCHEME = "Bearer ";

    private final Map<String, Tenant> tenantsByDigest = new HashMap<>();

    ApiKeys(List<TenantSettings> tenants) {
        for (int i = 0; i < tenants.size(); i++) {
            Tenant tenant = Tenant.of(tenants.get(i));
            List<String> keys = tenants.get(i).apiKeys();
            for (int k = 0; k < keys.size(); k++) {
                Tenant before = tenantsByDigest.putIfAbsent(configuredDigest(keys.get(k)), tenant);
                Checks.that(
                        before == null || before.equals(tenant),
                        "tenants[" + i + "].apiKeys[" + k + "]",
                        "is also a key of another tenant: a key stands for one tenant");
            }
        }
    }

    /**
     * The tenant of an {@code Authorization} header.
     *
     * @throws Rejected with {@link Reason#UNAUTHENTICATED} when the header is absent, has another scheme or an unknown key
     */
    Tenant authenticate(Optional<String> authorization) {
        String header = authorization.orElseThrow(
                () -> new Rejected(Reason.UNAUTHENTICATED, "send your API key as 'Authorization: Bearer <key>'"));
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Rejected(
                    Reason.UNAUTHENTICATED, "the Authorization header must be 'Bearer <key>', another scheme was sent");
        }
        // Looked up by digest: the time that it takes says nothing about the key.
        Tenant tenant =
                tenantsByDigest.get(digest(header.substring(SCHEME.length()).strip()));
        if (tenant == null) {
            throw new Rejected(Reason.UNAUTHENTICATED, "this API key is not known here");
        }
        return tenant;
    }

    private static String configuredDigest(String key) {
        return key.startsWith(DIGEST_PREFIX)
                ? key.substring(DIGEST_PREFIX.length()).toLowerCase(Locale.ROOT)
                : digest(key);
    }

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
