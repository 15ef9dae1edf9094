package dev.attune.ingest.pairing.rules;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What became of one event in the turn stage. */
public sealed interface TurnOutcome {

    /**
     * The state changed.
     *
     * @param taken completions that were not here, or not with the version that wrote them: their texts are to be sent on
     * @param completionIds known completions whose votes are different now: they are to be sent on
     * @param edits edited texts that are to be sent on, of known completions
     * @param resolved votes that a dead letter had reported and whose completions are all here now
     */
    record Changed(Set<String> taken, SortedSet<String> completionIds, List<EditedText> edits, List<Vote> resolved)
            implements TurnOutcome {
        /** Both changes of one event. */
        Changed and(Changed other) {
            Set<String> allTaken = new LinkedHashSet<>(taken);
            allTaken.addAll(other.taken);
            SortedSet<String> allIds = new TreeSet<>(completionIds);
            allIds.addAll(other.completionIds);
            Set<EditedText> allEdits = new LinkedHashSet<>(edits);
            allEdits.addAll(other.edits);
            List<Vote> allResolved = new ArrayList<>(resolved);
            allResolved.addAll(other.resolved);
            return new Changed(Set.copyOf(allTaken), allIds, List.copyOf(allEdits), List.copyOf(allResolved));
        }
    }

    /** A text of a user's own, in the place of the completion {@code originalId}. */
    record EditedText(String editedId, String originalId) {
        static EditedText of(Vote edit, String originalId) {
            return new EditedText(Judgement.Edit.editedId(originalId, edit.userId()), originalId);
        }
    }

    /** The same event again. */
    record Duplicate() implements TurnOutcome {}

    /** The event cannot be used; the state is as before. */
    record Refused(Refusal reason) implements TurnOutcome {}
}
