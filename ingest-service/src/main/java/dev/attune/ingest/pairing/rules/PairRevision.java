package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import java.time.Instant;
import java.util.Map;

/**
 * What the prompt stage says of a pair, as far as budgets go by it.
 *
 * @param pairKey with the tenant
 * @param newestByUser when the newest vote of each user in its evidence was received
 */
public record PairRevision(
        String tenant,
        String pairKey,
        long revision,
        boolean active,
        Origin origin,
        Map<String, Instant> newestByUser) {}
