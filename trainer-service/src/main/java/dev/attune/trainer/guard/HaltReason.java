package dev.attune.trainer.guard;

import java.util.Locale;

/** Which guard halted the trainer; also the metric's tag. */
public enum HaltReason {
    /** Steps were skipped one after the other: it is not the pairs. */
    SKIPPED_IN_A_ROW,
    /** Over the window the policy has gone further from the frozen anchor than its budget. */
    KL_BUDGET,
    /** Over the window the chosen answers have become less likely than under the anchor. */
    CHOSEN_LOGPS,
    /** Over the window chosen and rejected answers differ too much in length. */
    LENGTH_DRIFT,
    /** The held-out slice is judged worse than it was at best. */
    HELD_OUT_ACCURACY,
    /** The weights give numbers that no checkpoint may have. */
    DIVERGED;

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
