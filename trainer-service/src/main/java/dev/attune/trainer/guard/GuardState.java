package dev.attune.trainer.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the guards remember: a part of every checkpoint, so that a trainer that begins there judges as one that never
 * stopped.
 *
 * @param window steps that were applied, oldest first
 * @param skipsInARow steps skipped since the last that was applied
 * @param bestAccuracy of the held-out slice; null before its first evaluation
 */
public record GuardState(
        List<StepObservation> window,
        int skipsInARow,
        @Nullable Double bestAccuracy) {
    /** Of a trainer without a past. */
    public static final GuardState START = new GuardState(List.of(), 0, null);

    public GuardState {
        window = List.copyOf(window);
    }
}
