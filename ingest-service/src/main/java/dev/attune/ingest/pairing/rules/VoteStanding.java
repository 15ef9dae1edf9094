package dev.attune.ingest.pairing.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A vote of a turn, and whether it counts.
 *
 * @param detail why it does not, or what it waits for; empty where it simply counts
 */
public record VoteStanding(Vote vote, Standing standing, String detail) {
    /** In the order in which it is decided. */
    public enum Standing {
        RETRACTED,
        CLEARED,
        WAITING_FOR_COMPLETION,
        NOT_FOR_TRAINING,
        COUNTS;

        /** As clients see it. */
        public String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The latest vote of each user in each place, in a stable order. */
    public static List<VoteStanding> of(TurnMemory memory) {
        List<VoteStanding> standings = new ArrayList<>();
        for (Vote vote : memory.votes()) {
            standings.add(of(vote, memory));
        }
        standings.sort(Comparator.comparing(standing -> standing.vote().eventId()));
        return List.copyOf(standings);
    }

    private static VoteStanding of(Vote vote, TurnMemory memory) {
        if (memory.isRetracted(vote.userId(), vote.eventId())) {
            return new VoteStanding(vote, Standing.RETRACTED, "its user took it back");
        }
        if (!vote.opinion().counts()) {
            return new VoteStanding(vote, Standing.CLEARED, "it only takes an earlier thumb back");
        }
        List<String> missing = vote.opinion().completionIds().stream()
                .filter(id -> memory.completion(id) == null)
                .toList();
        if (!missing.isEmpty()) {
            String waiting = "waiting for completion " + String.join(" and ", missing);
            return new VoteStanding(
                    vote,
                    Standing.WAITING_FOR_COMPLETION,
                    vote.reportedMissing() ? waiting + "; reported as a dead letter meanwhile" : waiting);
        }
        return vote.allowTraining()
                ? new VoteStanding(vote, Standing.COUNTS, "")
                : new VoteStanding(vote, Standing.NOT_FOR_TRAINING, "it is marked as not for training");
    }
}
