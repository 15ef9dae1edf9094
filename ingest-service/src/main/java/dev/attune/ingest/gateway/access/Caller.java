package dev.attune.ingest.gateway.access;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.Set;

/**
 * Whoever sent a request, and what they may do.
 *
 * @param tenant always from the credential, never from a body
 * @param scopes what the credential allows
 */
public record Caller(Tenant tenant, Set<Scope> scopes) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** @throws Rejected with {@link Reason#FORBIDDEN} where the credential does not allow it */
    public void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw new Rejected(
                    Reason.FORBIDDEN, "this credential does not have the scope " + scope.title() + ", which it takes");
        }
    }
}
