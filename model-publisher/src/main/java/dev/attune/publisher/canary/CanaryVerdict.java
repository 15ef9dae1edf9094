package dev.attune.publisher.canary;

import dev.attune.publisher.release.RejectReason;
import java.util.Map;

/** What is to become of a canary, with the figures behind it by name. */
public sealed interface CanaryVerdict {

    Map<String, Double> measurements();

    /**
     * Not decided.
     *
     * @param waitingFor what is missing, in a sentence
     */
    record KeepGoing(String waitingFor, Map<String, Double> measurements) implements CanaryVerdict {}

    /** All users may have it. */
    record Promote(String detail, Map<String, Double> measurements) implements CanaryVerdict {}

    /** Its users go back to the stable version. */
    record RollBack(RejectReason reason, String detail, Map<String, Double> measurements) implements CanaryVerdict {}
}
