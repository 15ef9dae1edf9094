package dev.attune.ingest.pairing;

import dev.attune.events.PreferenceStatus;
import dev.attune.ingest.pairing.rules.Bound;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of pairing's metrics. */
public final class MicrometerPairingMetrics implements PairingMetrics {
    private final MeterRegistry registry;
    private final Timer pairAge;
    private final Counter restored;
    private final Map<String, Integer> waitingTurns = new ConcurrentHashMap<>();
    private final Map<String, Integer> keptOut = new ConcurrentHashMap<>();

    public MicrometerPairingMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.pairAge = Timer.builder("attune.pairing.pair.age")
                .description("From a pair's newest evidence to its emission.")
                .publishPercentileHistogram()
                .register(registry);
        this.restored = Counter.builder("attune.pairing.restored.records")
                .description("Records read back from changelogs into state stores before their tasks could go on.")
                .register(registry);
        Gauge.builder("attune.pairing.feedback.waiting", waitingTurns, MicrometerPairingMetrics::sum)
                .description("Turns whose feedback waits for a completion.")
                .register(registry);
        Gauge.builder("attune.pairing.kept.out", keptOut, MicrometerPairingMetrics::sum)
                .description("Pairs that hold in their prompts and are kept out by the budgets of users and tenants.")
                .register(registry);
    }

    @Override
    public void pair(PreferenceStatus status, Duration age) {
        registry.counter("attune.pairing.pairs", "status", tag(status)).increment();
        if (status == PreferenceStatus.ACTIVE) {
            pairAge.record(age);
        }
    }

    @Override
    public void single(PreferenceStatus status) {
        registry.counter("attune.pairing.singles", "status", tag(status)).increment();
    }

    @Override
    public void heldBack(Bound bound, int amount) {
        DistributionSummary.builder("attune.pairing.held.back")
                .description(
                        "What a bound held back: of a prompt, with each look at it; a budget, with each pair that it"
                                + " begins to keep out.")
                .tag("bound", bound.tag())
                .register(registry)
                .record(amount);
    }

    @Override
    public void keptOut(String task, int pairs) {
        keptOut.put(task, pairs);
    }

    @Override
    public void deadLetter(String reason) {
        registry.counter("attune.pairing.dead.letters", "reason", reason).increment();
    }

    @Override
    public void deadLetterResolved(String reason) {
        registry.counter("attune.pairing.dead.letters.resolved", "reason", reason)
                .increment();
    }

    @Override
    public void failedAnswer() {
        registry.counter("attune.pairing.failed.answers").increment();
    }

    @Override
    public void duplicate(String topic) {
        registry.counter("attune.pairing.duplicates", "topic", topic).increment();
    }

    @Override
    public void restored(long records) {
        restored.increment((double) records);
    }

    @Override
    public void waitingTurns(String task, int turns) {
        waitingTurns.put(task, turns);
    }

    private static double sum(Map<String, Integer> byTask) {
        return byTask.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String tag(PreferenceStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
