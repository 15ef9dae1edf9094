package dev.attune.publisher;

import dev.attune.artifacts.TrainedBatch;
import dev.attune.publisher.canary.CanaryVerdict;
import dev.attune.publisher.control.Wishes.Wish;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What users are answered with: the way there, the way back, and the end of what is no longer needed. */
final class Promotion {

    private final ReleaseSettings settings;
    private final AdapterStore adapters;
    private final Proving proving;
    private final ReleaseLog log;
    private final Lineage lineage;
    private final PublisherMetrics metrics;
    private final Clock clock;

    Promotion(
            ReleaseSettings settings,
            AdapterStore adapters,
            Proving proving,
            ReleaseLog log,
            Lineage lineage,
            PublisherMetrics metrics,
            Clock clock) {
        this.settings = settings;
        this.adapters = adapters;
        this.proving = proving;
        this.log = log;
        this.lineage = lineage;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @param by the person who approved it; empty where nobody had to */
    Release.Promoted promote(Release.Verified verified, String by) {
        return verified.promoted(currentVersion(), freshness(verified.candidate()), by);
    }

    /** @param judgement what its users said of it, by name */
    Release.Promoted promote(Release.Canary canary, Map<String, Double> judgement, String by) {
        Map<String, Double> all = new TreeMap<>(judgement);
        all.putAll(freshness(canary.candidate()));
        return canary.promoted(all, by);
    }

    /** A canary that a person does not want any more. */
    Release.RolledBack takenBack(Release.Canary canary, Wish wish) {
        return canary.rollBack(
                currentVersion(), RejectReason.ROLLED_BACK_BY_HAND, wish.sentence(), Map.of(), wish.by());
    }

    /** A canary that was judged so. */
    Release.RolledBack rollBack(Release.Canary canary, CanaryVerdict.RollBack verdict) {
        return canary.rollBack(currentVersion(), verdict.reason(), verdict.detail(), verdict.measurements(), "");
    }

    /** Back to the promoted version before it. The one that is rolled back stays loaded for what is under way. */
    void rollBack(Live live, Wish wish) {
        List<Live> promoted = log.history().promoted();
        String next = promoted.stream()
                .map(Live::version)
                .filter(version -> !version.equals(live.version()))
                .findFirst()
                .orElse(null);
        log.record(new Release.Promoted(live.candidate(), List.of(), null, Map.of(), "")
                .rollBack(next, RejectReason.ROLLED_BACK_BY_HAND, wish.sentence(), Map.of(), wish.by()));
    }

    /** Drains what is beyond the number of versions to keep, and retires what has drained. */
    void retire() {
        List<Live> promoted = log.history().promoted();
        for (Live old : promoted.subList(Math.min(settings.keepLoaded(), promoted.size()), promoted.size())) {
            log.record(new Release.Draining(old.candidate()));
        }
        for (Live drained : log.history().draining()) {
            if (isDrained(drained.since())) {
                proving.takeBack(drained.candidate());
                log.record(new Release.Draining(drained.candidate()).retired());
            }
        }
    }

    /** Whether a version that has had no new requests since then may be unloaded. */
    boolean isDrained(Instant since) {
        return !since.plus(settings.drain()).isAfter(clock.instant());
    }

    /** What users are answered with; null for the base. */
    @Nullable
    String currentVersion() {
        return log.history().current().map(Live::version).orElse(null);
    }

    private Map<String, Double> freshness(Candidate candidate) {
        Freshness freshness = Freshness.of(batches(candidate), clock.instant());
        freshness.ages().forEach(metrics::feedbackServed);
        return freshness.measurements();
    }

    private List<TrainedBatch> batches(Candidate candidate) {
        try {
            return lineage.batchesSincePromotion(candidate, adapters.stored(candidate), log.history());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the batches of stored " + candidate.version(), e);
        }
    }
}
