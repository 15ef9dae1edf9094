package dev.attune.trainer.guard;

import dev.attune.trainer.guard.StepOutcome.Applied;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.guard.StepOutcome.Skipped;
import dev.attune.trainer.learner.StepReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges each step before its update, and each evaluation of the held-out slice. What it says depends on the settings and
 * on what it was shown, in order, and on nothing else. Belongs to one thread.
 */
public final class Guards {
    /** With fewer held-out pairs, or answers of a kind, one of them moves the accuracy by more than chance would. */
    static final int LEAST_HELD_OUT = 32;

    private final GuardSettings settings;
    private final Deque<StepObservation> window = new ArrayDeque<>();
    private int skipsInARow;
    private @Nullable Double bestAccuracy;

    public Guards(GuardSettings settings, GuardState state) {
        this.settings = settings;
        this.window.addAll(state.window());
        this.skipsInARow = state.skipsInARow();
        this.bestAccuracy = state.bestAccuracy();
        trim();
    }

    public GuardState state() {
        return new GuardState(new ArrayList<>(window), skipsInARow, bestAccuracy);
    }

    /**
     * Judges a step whose gradient is known and whose update is not made yet.
     *
     * @return {@link Applied}: the update may be made, and is taken note of
     */
    StepOutcome judge(StepReport metrics, StepObservation step) {
        if (!Double.isFinite(metrics.loss())) {
            return skip(SkipReason.NOT_FINITE, "its loss is " + metrics.loss());
        }
        if (exceeds(metrics.gradNorm(), settings.maxGradientNorm())) {
            return skip(
                    SkipReason.GRADIENT_NORM,
                    String.format(
                            Locale.ROOT,
                            "its gradient norm is %.4g, guards.maxGradientNorm is %.4g",
                            metrics.gradNorm(),
                            settings.maxGradientNorm()));
        }
        if (exceeds(step.kl(), settings.maxStepKl())) {
            return skip(
                    SkipReason.STEP_KL,
                    String.format(
                            Locale.ROOT,
                            "its KL divergence is %.4g nats an answer, guards.maxStepKl is %.4g",
                            step.kl(),
                            settings.maxStepKl()));
        }
        window.addLast(step);
        trim();
        Optional<Halted> drifted = window.size() < settings.window() ? Optional.empty() : drift();
        if (drifted.isPresent()) {
            return drifted.get();
        }
        skipsInARow = 0;
        return new Applied(metrics);
    }

    /** @param detail which number is not finite */
    StepOutcome notFinite(String detail) {
        return skip(SkipReason.NOT_FINITE, detail);
    }

    private StepOutcome skip(SkipReason reason, String detail) {
        skipsInARow++;
        if (skipsInARow > settings.maxSkipsInARow()) {
            return new Halted(
                    HaltReason.SKIPPED_IN_A_ROW,
                    String.format(
                            Locale.ROOT,
                            "more than %d steps were skipped one after the other, this one because %s",
                            settings.maxSkipsInARow(),
                            detail));
        }
        return new Skipped(reason, detail);
    }

    private Optional<Halted> drift() {
        double kl = mean(StepObservation::kl).orElseThrow();
        if (exceeds(kl, settings.klBudget())) {
            return halted(
                    HaltReason.KL_BUDGET,
                    String.format(
                            Locale.ROOT,
                            "over %d steps the KL divergence to the anchor is %.4g nats an answer, guards.klBudget is %.4g",
                            settings.window(),
                            kl,
                            settings.klBudget()));
        }
        double drop = -mean(StepObservation::chosenLogRatio).orElse(0);
        if (exceeds(drop, settings.maxChosenDrop())) {
            return halted(
                    HaltReason.CHOSEN_LOGPS,
                    String.format(
                            Locale.ROOT,
                            "over %d steps the chosen answers have lost %.4g nats a token, guards.maxChosenDrop is %.4g",
                            settings.window(),
                            drop,
                            settings.maxChosenDrop()));
        }
        double ratio = lengthRatio();
        if (exceeds(Math.max(ratio, 1 / ratio), settings.maxLengthRatio())) {
            return halted(
                    HaltReason.LENGTH_DRIFT,
                    String.format(
                            Locale.ROOT,
                            "over %d steps the chosen answers are %.4g times as long as the rejected ones, guards.maxLengthRatio is %.4g",
                            settings.window(),
                            ratio,
                            settings.maxLengthRatio()));
        }
        return Optional.empty();
    }

    /** 1 where no step of the window had an answer of one kind. */
    private double lengthRatio() {
        OptionalDouble chosen = mean(StepObservation::chosenTokens);
        OptionalDouble rejected = mean(StepObservation::rejectedTokens);
        return chosen.isEmpty() || rejected.isEmpty() ? 1 : chosen.getAsDouble() / rejected.getAsDouble();
    }

    /**
     * Judges an evaluation of the held-out slice.
     *
     * @param evaluation of all its examples
     */
    public Optional<Halted> judgeHeldOut(StepReport evaluation) {
        if (evaluation.comparisons() < LEAST_HELD_OUT) {
            return Optional.empty();
        }
        double accuracy = evaluation.rewardsAccuracies();
        double best = bestAccuracy == null ? accuracy : Math.max(accuracy, bestAccuracy);
        if (exceeds(best - accuracy, settings.maxAccuracyDrop())) {
            return Optional.of(new Halted(
                    HaltReason.HELD_OUT_ACCURACY,
                    String.format(
                            Locale.ROOT,
                            "on %d held-out examples the accuracy is %.3f and was %.3f at best, guards.maxAccuracyDrop is %.3f",
                            evaluation.examples(),
                            accuracy,
                            best,
                            settings.maxAccuracyDrop())));
        }
        bestAccuracy = best;
        return Optional.empty();
    }

    /** What is no number exceeds every bound; a bound of 0 is none. */
    private static boolean exceeds(double value, double bound) {
        return bound > 0 && !(value <= bound);
    }

    /** Over the steps that have the figure. */
    private OptionalDouble mean(Function<StepObservation, @Nullable Double> figure) {
        return window.stream()
                .map(figure)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .average();
    }

    private void trim() {
        while (window.size() > settings.window()) {
            window.removeFirst();
        }
    }

    private static Optional<Halted> halted(HaltReason reason, String detail) {
        return Optional.of(new Halted(reason, detail));
    }
}
