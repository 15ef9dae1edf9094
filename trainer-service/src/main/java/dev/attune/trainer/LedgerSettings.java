package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;

/** What is remembered of trained pairs. */
public record LedgerSettings(
        @Setting(
                value =
                        "A pair is remembered so long after its answers were served, and taken in for nine tenths of that;"
                                + " later it is a dead letter, too_old. Longer than preference-pairs keeps its records, so that"
                                + " whatever is read again is known. 0s: for ever, in 32 bytes a pair.",
                byDefault = "450d")
        Duration keepFor) {

    public LedgerSettings {
        Checks.that(!keepFor.isNegative(), "keepFor", "must not be negative, but is " + keepFor);
    }
}
