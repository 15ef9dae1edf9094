package dev.attune.ingest.pairing.rules;

import java.util.List;
import java.util.SortedSet;

/** What became of one event in the turn stage. */
public sealed interface TurnOutcome {

    /**
     * The state changed.
     *
     * @param completionIds known completions whose votes are different now: each is to be sent on
     * @param resolved votes that a dead letter had reported and whose completions are all here now
     */
    record Changed(SortedSet<String> completionIds, List<Vote> resolved) implements TurnOutcome {}

    /** The same event again. */
    record Duplicate() implements TurnOutcome {}

    /** The event cannot be used; the state is as before. */
    record Refused(Refusal reason) implements TurnOutcome {}
}
