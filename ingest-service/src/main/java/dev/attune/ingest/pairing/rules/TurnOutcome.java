package dev.attune.ingest.pairing.rules;

import java.util.List;
import java.util.SortedSet;

/** What became of one event in the turn stage. */
public sealed interface TurnOutcome {

    /**
     * The state changed.
     *
     * @param completionIds known completions whose votes are different now: each is to be sent on
     * @param edits edited texts that are to be sent on, of completions among these
     * @param resolved votes that a dead letter had reported and whose completions are all here now
     */
    record Changed(SortedSet<String> completionIds, List<EditedText> edits, List<Vote> resolved)
            implements TurnOutcome {}

    /** A text of a user's own, in the place of the completion {@code originalId}. */
    record EditedText(String editedId, String originalId) {}

    /** The same event again. */
    record Duplicate() implements TurnOutcome {}

    /** The event cannot be used; the state is as before. */
    record Refused(Refusal reason) implements TurnOutcome {}
}
