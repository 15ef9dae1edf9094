package dev.attune.ingest.gateway.access;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.BearerKeys.Outcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Which tenant an API key belongs to. */
public final class ApiKeys {
    private final BearerKeys<Tenant> keys = new BearerKeys<>();

    public ApiKeys(List<TenantSettings> tenants) {
        for (int i = 0; i < tenants.size(); i++) {
            keys.add("tenants[" + i + "]", tenants.get(i).apiKeys(), Tenant.of(tenants.get(i)));
        }
    }

    /**
     * Who sent an {@code Authorization} header.
     *
     * @throws Rejected with {@link Reason#UNAUTHENTICATED} when the header is absent, has another scheme or an unknown key
     */
    public Caller authenticate(Optional<String> authorization) {
        return switch (keys.authenticate(authorization.orElse(null))) {
            case Outcome.Known<Tenant> known -> new Caller(known.owner(), EnumSet.allOf(Scope.class));
            case Outcome.Refused<Tenant> refused -> throw new Rejected(Reason.UNAUTHENTICATED, refused.detail());
        };
    }
}
