package dev.attune.ingest.pairing;

import dev.attune.events.PreferenceStatus;
import dev.attune.ingest.pairing.rules.Bound;
import java.time.Duration;

/** What pairing counts, in the words of the domain. */
public interface PairingMetrics {
    /** A pair went out; {@code age} is the time since its newest evidence. */
    void pair(PreferenceStatus status, Duration age);

    void single(PreferenceStatus status);

    /** One look at a prompt found so much held back by a bound; or so many pairs began to be kept out by a budget. */
    void heldBack(Bound bound, int amount);

    /** So many pairs of one task hold in their prompts and are kept out by budgets. */
    void keptOut(String task, int pairs);

    void deadLetter(String reason);

    /** A dead letter was withdrawn: what was missing came late. */
    void deadLetterResolved(String reason);

    /** A completion says that its user was not answered: it is no side of a pair. */
    void failedAnswer();

    /** An event came again. */
    void duplicate(String topic);

    /** So many records were read back from a changelog into a state store. */
    void restored(long records);

    /** So many turns of one task have feedback that waits for its completion. */
    void waitingTurns(String task, int turns);
}
