package dev.attune.ingest.pairing.rules;

import java.util.List;
import java.util.Locale;

/**
 * Two answers that are no pair, or all of a prompt's, and why.
 *
 * @param completionIds which; empty where it is about the whole prompt
 * @param detail the reason in a sentence, with the numbers that decided, without anybody's words
 */
public record NoPair(List<String> completionIds, Reason reason, String detail) {
    /** In the order in which the rules look. */
    public enum Reason {
        NO_JUDGED_COMPLETION,
        ONLY_ONE_JUDGED_COMPLETION,
        EQUAL_TEXTS,
        LENGTH_RATIO,
        NOT_FOR_TRAINING,
        NO_PREFERENCE,
        STRENGTH_BELOW_MINIMUM,
        ORIGINAL_PREFERRED,
        NOT_YET,
        CAP;

        /** As clients see it. */
        public String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
