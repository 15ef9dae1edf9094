package dev.attune.ingest.export;

import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.kit.Checks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which pairs are wanted.
 *
 * @param from the earliest last evidence; null for no bound
 * @param to last evidence before this; null for no bound
 * @param tenant null for all
 * @param modelId null for all
 */
record PairFilter(
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String tenant,
        @Nullable String modelId) {

    PairFilter {
        if (from != null && to != null) {
            Checks.that(from.isBefore(to), "--to", "must be later than --from (" + from + "), but is " + to);
        }
    }

    /** @param latest the pair's highest revision: an older one says nothing */
    boolean takes(PreferencePair latest) {
        Instant evidence = latest.getLastEvidenceAt();
        return latest.getStatus() == PreferenceStatus.ACTIVE
                && (from == null || !evidence.isBefore(from))
                && (to == null || evidence.isBefore(to))
                && (tenant == null || tenant.equals(latest.getTenant()))
                && (modelId == null || modelId.equals(latest.getModelId()));
    }
}
