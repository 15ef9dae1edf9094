package dev.attune.publisher.canary;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A canary that is under way.
 *
 * @param tenant whose users; {@code *} for those of all tenants
 * @param modelId the model family
 * @param version the canary
 * @param stableVersion what the other users are answered with; null for the base
 * @param share of the users that is answered with the canary; 0 in shadow mode
 * @param since when it began: what came before does not count
 */
public record CanaryRun(
        String tenant,
        String modelId,
        String version,
        @Nullable String stableVersion,
        double share,
        Instant since) {

    private static final String ANY_TENANT = "*";

    /** Whether it serves nobody. */
    public boolean isShadow() {
        return share == 0;
    }

    boolean isAbout(String tenant, String modelId) {
        return this.modelId.equals(modelId) && (this.tenant.equals(ANY_TENANT) || this.tenant.equals(tenant));
    }
}
