package dev.attune.trainer.metrics;

import dev.attune.trainer.batch.DeadLetterReason;
import dev.attune.trainer.batch.Intake;
import dev.attune.trainer.guard.SkipReason;
import dev.attune.trainer.learner.StepReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Owns the names {@code attune.trainer.*}. The step's means are gauges: they show the
 * latest step that had the figure. */
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
    private final Counter followedReleases;
    private final Counter refusedReleases;
    private final Timer stepTime;
    private final Timer checkpointTime;
    private final Timer pairAge;
    private final DistributionSummary batchPairs;

    public MicrometerTrainerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.tokens = counter("tokens", "Tokens trained on");
        this.pairs = counter("pairs", "Pairs trained on, or single answers");
        this.replayedPairs =
                counter("pairs.replayed", "Pairs, or single answers, trained again, from the replay buffer");
        this.truncated =
                counter("pairs.truncated", "Pairs, or single answers, that were longer than the limit and were cut");
        this.refusedCheckpoints = counter("checkpoints.refused", "Committed checkpoints that could not be used");
        this.replayedSteps = counter("journal.steps", "Steps of the journal that were taken again after a start");
        this.refusedJournals = counter("journal.refused", "Journals that could not be done again to their end");
        this.followedReleases = counter("releases.followed", "Releases that the reference has followed");
        this.refusedReleases =
                counter("releases.refused", "Releases whose checkpoint could not be used: the reference stayed");
        this.stepTime = timer("step.time", "Time of a step");
        this.checkpointTime = timer("checkpoint.time", "Time to write and commit a checkpoint");
        this.pairAge =
                timer("pair.age", "From the newest vote on a pair, or a single answer, to the step that trained it");
        this.batchPairs = DistributionSummary.builder(PREFIX + "batch.pairs")
                .description("Pairs, or single answers, in a step")
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
    public void step(long step, StepReport report, Duration time) {
        latest("step", (double) step);
        latest("learning.rate", report.learningRate());
        report.named().forEach((name, value) -> latest(meter(name), value));
        tokens.increment((double) report.tokens());
        pairs.increment(report.examples());
        StepReport replayed = report.replayed();
        if (replayed != null) {
            tokens.increment((double) replayed.tokens());
            replayedPairs.increment(replayed.examples());
        }
        batchPairs.record(report.examples());
        stepTime.record(time);
    }

    /** {@code rewards/chosen} as {@code rewards.chosen}, {@code eval_loss} as {@code eval.loss}. */
    private static String meter(String name) {
        return name.replace('/', '.').replace('_', '.');
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
    public void heldOut(StepReport evaluation) {
        evaluation.namedAsEvaluation().forEach((name, value) -> latest(meter(name), value));
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
    public void releaseFollowed() {
        followedReleases.increment();
    }

    @Override
    public void releaseRefused() {
        refusedReleases.increment();
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
