package dev.attune.ingest.pairing.rules;

import java.util.List;

/**
 * A judged answer without a partner.
 *
 * @param modelVersion that wrote it; empty where nobody said
 * @param desirable whether more users like it than not
 * @param strength (m + k) / (m + n + 2k) with m users behind {@code desirable} and n against
 */
public record AssembledSingle(
        String completionId, String modelVersion, boolean desirable, double strength, List<Verdict> evidence) {}
