package dev.attune.trainer.control;

import java.time.Instant;

/**
 * Why a trainer does not train.
 *
 * @param reason {@value #OPERATOR}, or the tag of the guard that spoke; also the metric's tag
 * @param detail a sentence
 * @param by a person as they call themselves, or {@value #TRAINER}
 * @param since when it was said
 */
public record Halt(String reason, String detail, String by, Instant since) {
    public static final String OPERATOR = "operator";
    public static final String TRAINER = "trainer";

    @Override
    public String toString() {
        return "halted (" + reason + ") by " + by + " at " + since + (detail.isEmpty() ? "" : ": " + detail);
    }
}
