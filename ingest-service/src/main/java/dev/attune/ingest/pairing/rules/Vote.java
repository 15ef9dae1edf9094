package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.Judgement.Opinion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The latest opinion of one user on one completion, or on one pair of completions.
 *
 * @param reportedMissing whether a dead letter has said that its completion never came
 */
public record Vote(
        String eventId,
        String userId,
        Instant occurredAt,
        Instant receivedAt,
        boolean allowTraining,
        Opinion opinion,
        Source source,
        boolean reportedMissing) {

    /** Of two votes in one place the greater one counts. */
    static final Comparator<Vote> BY_TIME =
            Comparator.comparing(Vote::occurredAt).thenComparing(Vote::eventId);

    /** Of a user's votes in one place only the latest counts. A thumb and an edit of one completion have two places. */
    record Place(String userId, Class<? extends Opinion> kind, List<String> completionIds) {}

    static Vote of(Feedback feedback, Opinion opinion) {
        return new Vote(
                feedback.eventId(),
                feedback.userId(),
                feedback.occurredAt(),
                feedback.receivedAt(),
                feedback.allowTraining(),
                opinion,
                feedback.source(),
                false);
    }

    Place place() {
        return new Place(userId, opinion.getClass(), opinion.completionIds());
    }

    Vote withReportedMissing(boolean reported) {
        return new Vote(eventId, userId, occurredAt, receivedAt, allowTraining, opinion, source, reported);
    }
}
