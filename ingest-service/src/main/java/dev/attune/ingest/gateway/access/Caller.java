package dev.attune.ingest.gateway.access;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.Optional;
import java.util.Set;

/**
 * Whoever sent a request, and what they may do.
 *
 * @param tenant always from the credential, never from a body
 * @param scopes what the credential allows
 * @param credential what kind of credential it is
 */
public record Caller(Tenant tenant, Set<Scope> scopes, Credential credential) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Whoever has a key of the configuration. */
    public Caller(Tenant tenant, Set<Scope> scopes) {
        this(tenant, scopes, new Credential.ApiKey(Credential.ApiKey.INLINE));
    }

    /** The one completion and user that this caller may speak of; nothing where the whole tenant speaks. */
    public Optional<FeedbackGrant> grant() {
        return credential instanceof Credential.FeedbackToken token ? Optional.of(token.grant()) : Optional.empty();
    }

    /** @throws Rejected with {@link Reason#FORBIDDEN} where the credential does not allow it */
    public void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw new Rejected(
                    Reason.FORBIDDEN, "this credential does not have the scope " + scope.title() + ", which it takes");
        }
    }
}
