package dev.attune.ingest.gateway.credential;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Credential;
import dev.attune.ingest.gateway.access.FeedbackGrant;
import dev.attune.ingest.gateway.access.FeedbackTokens;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.Authentication.Known;
import dev.attune.ingest.gateway.credential.Authentication.Refused;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.BearerKeys.Outcome;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who sent a request, by its {@code Authorization} header: every kind of credential ends here. */
public final class Credentials implements AutoCloseable {
    private static final String SCHEME = "Bearer ";
    /** Longer than any credential, and short enough to be looked at on every request. */
    private static final int MOST_LENGTH = 8192;

    private static final Set<Scope> INLINE_SCOPES = EnumSet.complementOf(EnumSet.of(Scope.ADMIN));

    private static final Set<Scope> TOKEN_SCOPES = EnumSet.of(Scope.WRITE_FEEDBACK);
    private static final String FORGED_TOKEN = "this feedback token was not signed here";

    private final BearerKeys<Tenant> inlineKeys = new BearerKeys<>();
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private final Jwts jwts;
    private final Clock clock;
    private final boolean refusesKeysFromBrowsers;

    private volatile KeyRing keys = KeyRing.EMPTY;

    /** @throws ConfigException when a key belongs to two tenants, or a file cannot be used */
    public Credentials(List<TenantSettings> tenants, AccessSettings access, FileReloads reloads, Clock clock) {
        this.clock = clock;
        this.refusesKeysFromBrowsers = access.refuseKeysFromBrowsers();
        for (int i = 0; i < tenants.size(); i++) {
            Tenant tenant = Tenant.of(tenants.get(i));
            this.tenants.put(tenant.id(), tenant);
            inlineKeys.add("tenants[" + i + "]", tenants.get(i).apiKeys(), tenant);
        }
        Path file = access.keysFile();
        if (file != null) {
            reloads.watch(
                    "api-keys",
                    List.of(file),
                    () -> keys = KeyRing.of(ConfigFile.load(file, KeysFile.class), this.tenants));
        }
        jwts = new Jwts(access.oidc(), this.tenants, clock);
    }

    public Authentication authenticate(Optional<String> authorization) {
        if (authorization.isEmpty()) {
            return Refused.of("send your API key as 'Authorization: Bearer <key>'");
        }
        String header = authorization.get();
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Refused.of("the Authorization header must be 'Bearer <key>', another scheme was sent");
        }
        String credential = header.substring(SCHEME.length()).strip();
        if (credential.length() > MOST_LENGTH) {
            return Refused.of("the credential has more than " + MOST_LENGTH + " characters");
        }
        // First of all the kind that no other is mistaken for.
        if (inlineKeys.authenticate(header) instanceof Outcome.Known<Tenant> known) {
            return new Known(new Caller(known.owner(), INLINE_SCOPES));
        }
        if (credential.startsWith(FeedbackTokens.PREFIX)) {
            return feedbackToken(credential);
        }
        if (credential.startsWith(ApiKey.PREFIX)) {
            return ApiKey.parse(credential)
                    .map(key -> keys.authenticate(key, clock.instant()))
                    .orElseGet(() -> Refused.of("this API key was cut or mistyped: its checksum is wrong"));
        }
        return jwts.expects(credential) ? jwts.authenticate(credential) : Refused.of("this API key is not known here");
    }

    private Authentication feedbackToken(String token) {
        Tenant tenant = FeedbackTokens.claimedTenant(token).map(tenants::get).orElse(null);
        if (tenant == null || tenant.feedbackTokens().isEmpty()) {
            return Refused.of(FORGED_TOKEN);
        }
        return switch (tenant.feedbackTokens().get().verify(token, clock.instant())) {
            case FeedbackTokens.Outcome.Valid(FeedbackGrant grant) ->
                new Known(new Caller(tenant, TOKEN_SCOPES, new Credential.FeedbackToken(grant)));
            case FeedbackTokens.Outcome.Expired(Instant end) ->
                new Refused(
                        new Rejected(
                                Reason.UNAUTHENTICATED,
                                "this feedback token ended at " + end + ": feedback on this completion is closed"),
                        tenant);
            case FeedbackTokens.Outcome.Forged() -> Refused.of(FORGED_TOKEN);
        };
    }

    public Collection<Tenant> tenants() {
        return Collections.unmodifiableCollection(tenants.values());
    }

    public boolean refusesKeysFromBrowsers() {
        return refusesKeysFromBrowsers;
    }

    @Override
    public void close() {
        jwts.close();
    }
}
