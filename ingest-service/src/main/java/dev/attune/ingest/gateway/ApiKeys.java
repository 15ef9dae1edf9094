package dev.attune.ingest.gateway;

import dev.attune.kit.BearerKeys;
import dev.attune.kit.BearerKeys.Outcome;
import java.util.List;
import java.util.Optional;

/** Which tenant an API key belongs to. */
final class ApiKeys {
    private final BearerKeys<Tenant> keys = new BearerKeys<>();

    ApiKeys(List<TenantSettings> tenants) {
        for (int i = 0; i < tenants.size(); i++) {
            keys.add("tenants[" + i + "]", tenants.get(i).apiKeys(), Tenant.of(tenants.get(i)));
        }
    }

    /**
     * The tenant of an {@code Authorization} header.
     *
     * @throws Rejected with {@link Reason#UNAUTHENTICATED} when the header is absent, has another scheme or an unknown key
     */
    Tenant authenticate(Optional<String> authorization) {
        return switch (keys.authenticate(authorization.orElse(null))) {
            case Outcome.Known<Tenant> known -> known.owner();
            case Outcome.Refused<Tenant> refused -> throw new Rejected(Reason.UNAUTHENTICATED, refused.detail());
        };
    }
}
