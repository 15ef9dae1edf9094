package dev.attune.ingest.gateway.credential;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Credential;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.credential.Authentication.Known;
import dev.attune.ingest.gateway.credential.Authentication.Refused;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of one credentials file, as it was read. */
final class KeyRing {
    static final KeyRing EMPTY = new KeyRing(Map.of());
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final String UNKNOWN = "this API key is not known here";

    private final Map<String, Held> held;

    private static final class Held {
        private final Caller caller;
        private final byte[] salt;
        private final byte[] hash;
        private final Instant from;
        private final Instant until;

        Held(KeyEntry entry, Tenant tenant) {
            this.caller = new Caller(tenant, entry.scopeSet(), new Credential.ApiKey(entry.keyId()));
            this.salt = HexFormat.of().parseHex(entry.salt());
            this.hash = HexFormat.of().parseHex(entry.hash());
            this.from = entry.from();
            this.until = entry.until();
        }

        boolean matches(ApiKey key) {
            return MessageDigest.isEqual(hash, key.hash(salt));
        }
    }

    private KeyRing(Map<String, Held> held) {
        this.held = held;
    }

    /** Keys of tenants that are not here are left out: several gateways may share a file. */
    static KeyRing of(KeysFile file, Map<String, Tenant> tenants) {
        Map<String, Held> held = new HashMap<>();
        List<String> elsewhere = new ArrayList<>();
        for (KeyEntry entry : file.keys()) {
            Tenant tenant = tenants.get(entry.tenant());
            if (tenant == null) {
                elsewhere.add(entry.keyId());
                continue;
            }
            held.put(entry.keyId(), new Held(entry, tenant));
        }
        if (!elsewhere.isEmpty()) {
            LOG.warn("left out the API keys {}: their tenants are not in this gateway's configuration", elsewhere);
        }
        LOG.info("{} API keys from the credentials file", held.size());
        return new KeyRing(held);
    }

    /** Only whoever has the secret learns that a key is too old or too new: to all others it is not known. */
    Authentication authenticate(ApiKey key, Instant now) {
        Held one = held.get(key.keyId());
        if (one == null || !one.matches(key)) {
            return Refused.of(UNKNOWN);
        }
        if (now.isBefore(one.from)) {
            return Refused.of("this API key is not valid before " + one.from);
        }
        if (!now.isBefore(one.until)) {
            return Refused.of("this API key expired at " + one.until + ": use the one that came after it");
        }
        return new Known(one.caller);
    }
}
