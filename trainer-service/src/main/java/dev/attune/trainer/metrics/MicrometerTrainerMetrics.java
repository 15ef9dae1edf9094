package dev.attune.trainer.metrics;

import dev.attune.trainer.batch.DeadLetterReason;
import dev.attune.trainer.batch.Intake;
import dev.attune.trainer.guard.SkipReason;
import dev.attune.trainer.learner.StepMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Owns the names {@code attune.trainer.*}. The step's means are gauges: they show the latest step. */
public final class MicrometerTrainerMetrics implements TrainerMetrics {
    private static final String PREFIX = "attune.trainer.";

    private final MeterRegistry registry;
    private final Map<String, Double> latest = new ConcurrentHashMap<>();
    private final Map<String, Double> halted = new ConcurrentHashMap<>();
    private final Counter tokens;
    private final Counter pairs;
    private final Counter replayedPairs;
    private final Counter truncated;
    private final Counter refusedCheckpoints;
    private final Counter replayedSteps;
    private final Counter refusedJournals;
    private final Timer stepTime;
    private final Timer checkpointTime;
    private final Timer pairAge;
    private final DistributionSummary batchPairs;

    public MicrometerTrainerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.tokens = counter("tokens", "Tokens trained on");
        this.pairs = counter("pairs", "Pairs trained on");
        this.replayedPairs = counter("pairs.replayed", "Pairs trained again, from the replay buffer");
        this.truncated = counter("pairs.truncated", "Pairs that were longer than the limit and were cut");
        this.refusedCheckpoints = counter("checkpoints.refused", "Committed checkpoints that could not be used");
        this.replayedSteps = counter("journal.steps", "Steps of the journal that were taken again after a start");
        this.refusedJournals = counter("journal.refused", "Journals that could not be done again to their end");
        this.stepTime = timer("step.time", "Time of a step");
        this.checkpointTime = timer("checkpoint.time", "Time to write and commit a checkpoint");
        this.pairAge = timer("pair.age", "From a pair's newest vote to the step that trained it");
        this.batchPairs = DistributionSummary.builder(PREFIX + "batch.pairs")
                .description("Pairs in a step")
                .register(registry);
    }

    @Override
    public void intake(Intake intake) {
        switch (intake) {
            case Intake.Accepted accepted -> {
                record(accepted.replaced() ? "replaced" : "accepted");
                truncated.increment(accepted.truncated() ? 1 : 0);
            }
            case Intake.Ignored ignored -> record(ignored.cause().name().toLowerCase(Locale.ROOT));
            case Intake.Refused _ -> record("refused");
        }
    }

    @Override
    public void pending(int count) {
        latest("pairs.pending", count);
    }

    @Override
    public void step(long step, StepMetrics metrics, Duration time) {
        latest("step", (double) step);
        latest("loss", metrics.loss());
        metrics.losses().forEach((name, value) -> latest("loss." + name, value));
        latest("rewards.chosen", metrics.rewardsChosen());
        latest("rewards.rejected", metrics.rewardsRejected());
        latest("rewards.margins", metrics.rewardsMargins());
        latest("rewards.accuracies", metrics.rewardsAccuracies());
        latest("logps.chosen", metrics.logpsChosen());
        latest("logps.rejected", metrics.logpsRejected());
        latest("kl", metrics.kl());
        latest("grad.norm", metrics.gradNorm());
        latest("learning.rate", metrics.learningRate());
        tokens.increment((double) metrics.tokens());
        StepMetrics replayed = metrics.replayed();
        if (replayed != null) {
            replay(replayed);
        }
        pairs.increment(metrics.pairs());
        batchPairs.record(metrics.pairs());
        stepTime.record(time);
    }

    private void replay(StepMetrics metrics) {
        latest("replay.loss", metrics.loss());
        latest("replay.rewards.margins", metrics.rewardsMargins());
        latest("replay.rewards.accuracies", metrics.rewardsAccuracies());
        latest("replay.kl", metrics.kl());
        tokens.increment((double) metrics.tokens());
        replayedPairs.increment(metrics.pairs());
    }

    @Override
    public void pairTrained(Duration age) {
        pairAge.record(age);
    }

    @Override
    public void batchSkipped(SkipReason reason) {
        registry.counter(PREFIX + "batches.skipped", "reason", reason.tag()).increment();
    }

    @Override
    public void halted(String reason) {
        running();
        if (halted.put(reason, 1.0) == null) {
            Gauge.builder(PREFIX + "halted", halted, reasons -> reasons.getOrDefault(reason, 0.0))
                    .description("1: the trainer is halted for this reason")
                    .tag("reason", reason)
                    .register(registry);
        }
    }

    @Override
    public void running() {
        halted.replaceAll((reason, one) -> 0.0);
    }

    @Override
    public void heldOut(StepMetrics metrics) {
        latest("eval.pairs", metrics.pairs());
        latest("eval.loss", metrics.loss());
        latest("eval.rewards.chosen", metrics.rewardsChosen());
        latest("eval.rewards.rejected", metrics.rewardsRejected());
        latest("eval.rewards.margins", metrics.rewardsMargins());
        latest("eval.rewards.accuracies", metrics.rewardsAccuracies());
        latest("eval.logps.chosen", metrics.logpsChosen());
        latest("eval.logps.rejected", metrics.logpsRejected());
        latest("eval.kl", metrics.kl());
    }

    @Override
    public void deadLetter(DeadLetterReason reason) {
        registry.counter(PREFIX + "dead.letters", "reason", reason.tag()).increment();
    }

    @Override
    public void checkpoint(long step, Duration time) {
        latest("checkpoint.step", (double) step);
        checkpointTime.record(time);
    }

    @Override
    public void checkpointRefused() {
        refusedCheckpoints.increment();
    }

    @Override
    public void stepReplayed() {
        replayedSteps.increment();
    }

    @Override
    public void journalRefused() {
        refusedJournals.increment();
    }

    private void record(String outcome) {
        registry.counter(PREFIX + "records", "outcome", outcome).increment();
    }

    private void latest(String name, double value) {
        if (latest.put(name, value) == null) {
            Gauge.builder(PREFIX + name, latest, values -> values.getOrDefault(name, Double.NaN))
                    .register(registry);
        }
    }

    private Counter counter(String name, String description) {
        return Counter.builder(PREFIX + name).description(description).register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(PREFIX + name)
                .description(description)
                .publishPercentileHistogram()
                .register(registry);
    }
}
