package dev.attune.ingest.gateway.credential;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import org.jspecify.annotations.Nullable;

/** What came of an {@code Authorization} header. */
public sealed interface Authentication {
    record Known(Caller caller) implements Authentication {}

    /**
     * @param rejected why, for the client
     * @param tenant whose credential it was, where that is proven: its pages may read why the credential is refused
     */
    record Refused(Rejected rejected, @Nullable Tenant tenant) implements Authentication {
        static Refused of(String detail) {
            return new Refused(new Rejected(Reason.UNAUTHENTICATED, detail), null);
        }
    }
}
