package dev.attune.publisher;

import dev.attune.artifacts.TrainedBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How long feedback took to reach users: for each pair, from its last evidence to the promotion of the version that
 * learned from it.
 *
 * @param ages one a pair, sorted
 */
record Freshness(List<Duration> ages) {

    static Freshness of(Collection<TrainedBatch> batches, Instant promotedAt) {
        return new Freshness(batches.stream()
                .flatMap(batch -> batch.pairs().stream())
                .map(TrainedBatch.Pair::lastEvidenceAt)
                .filter(Objects::nonNull)
                .map(evidence -> Duration.between(evidence, promotedAt))
                .filter(age -> !age.isNegative())
                .sorted()
                .toList());
    }

    /** Figures for the release event, in seconds; nothing but the number of pairs where there is none. */
    Map<String, Double> measurements() {
        Map<String, Double> measurements = new TreeMap<>();
        measurements.put("freshness.pairs", (double) ages.size());
        if (!ages.isEmpty()) {
            measurements.put("freshness.seconds.p50", quantile(0.5));
            measurements.put("freshness.seconds.p95", quantile(0.95));
            measurements.put("freshness.seconds.max", quantile(1));
        }
        return measurements;
    }

    /** The smallest age that this share of the pairs does not exceed. */
    private double quantile(double share) {
        int rank = Math.max(1, (int) Math.ceil(share * ages.size()));
        return ages.get(rank - 1).toMillis() / 1000.0;
    }
}
