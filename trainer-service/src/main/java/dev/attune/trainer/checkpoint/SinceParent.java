package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.TrainedBatch;
import dev.attune.trainer.batch.DeadLetterSink.SetAside;
import dev.attune.trainer.batch.Direction;
import dev.attune.trainer.batch.ExampleKey;
import dev.attune.trainer.batch.KeptExample;
import dev.attune.trainer.batch.PendingExample;
import dev.attune.trainer.learner.StepReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was trained since the last checkpoint: the next one's lineage and evaluation. */
final class SinceParent {
    private final List<TrainedBatch> batches = new ArrayList<>();
    private final Map<String, Double> sums = new TreeMap<>();
    /** Examples behind each sum: a step on single answers may lack a figure. */
    private final Map<String, Integer> weights = new TreeMap<>();

    /** One for each example of each batch. */
    private final List<Trained> trained = new ArrayList<>();

    private final List<SetAside> setAside = new ArrayList<>();
    private long pairs;
    private Instant firstEvidenceAt = Instant.MAX;
    private Instant lastEvidenceAt = Instant.MIN;

    /** An example as a version learned from it. */
    record Trained(long step, ExampleKey key, Direction direction, List<String> feedbackEventIds) {}

    /** @param metrics from before the update: what the model made of examples that it had not seen */
    void add(long step, List<PendingExample> batch, List<KeptExample> replayed, StepReport metrics) {
        batches.add(new TrainedBatch(
                step,
                batch.stream().map(SinceParent::lineage).toList(),
                replayed.stream()
                        .map(pair -> new TrainedBatch.Replayed(
                                pair.key().pairId(), pair.direction().sign()))
                        .toList(),
                named(metrics)));
        named(metrics.fresh()).forEach((name, value) -> {
            sums.merge(name, value * batch.size(), Double::sum);
            weights.merge(name, batch.size(), Integer::sum);
        });
        batch.forEach(pair -> trained.add(new Trained(step, pair.key(), pair.direction(), pair.eventIds())));
        pairs += batch.size();
        for (PendingExample pair : batch) {
            firstEvidenceAt = min(firstEvidenceAt, pair.firstEvidenceAt());
            lastEvidenceAt = max(lastEvidenceAt, pair.lastEvidenceAt());
        }
    }

    void skip(List<SetAside> records) {
        setAside.addAll(records);
    }

    /** Records of skipped steps. */
    List<SetAside> setAside() {
        return setAside;
    }

    private static TrainedBatch.Pair lineage(PendingExample pair) {
        return new TrainedBatch.Pair(
                pair.key().pairId(),
                pair.direction().sign(),
                pair.tokens().strength(),
                pair.eventIds(),
                pair.lastEvidenceAt(),
                pair.source().topic(),
                pair.source().partition(),
                pair.source().offset());
    }

    /** A divergence may overflow where the loss does not: what is no number is left out. */
    private static Map<String, Double> named(StepReport metrics) {
        Map<String, Double> named = metrics.named();
        named.values().removeIf(value -> !Double.isFinite(value));
        return named;
    }

    /** Means over the examples of the steps that have the figure. */
    Map<String, Double> evaluation() {
        Map<String, Double> means = new TreeMap<>();
        sums.forEach((name, sum) -> means.put(name, sum / weights.getOrDefault(name, 1)));
        return means;
    }

    List<Trained> trained() {
        return trained;
    }

    List<TrainedBatch> batches() {
        return batches;
    }

    int steps() {
        return batches.size();
    }

    long pairs() {
        return pairs;
    }

    /** Of at least one step. */
    Instant firstEvidenceAt() {
        return firstEvidenceAt;
    }

    /** Of at least one step. */
    Instant lastEvidenceAt() {
        return lastEvidenceAt;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
