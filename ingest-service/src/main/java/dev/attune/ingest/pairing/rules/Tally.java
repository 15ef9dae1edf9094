package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the users for one answer against another, one vote a user.
 *
 * <p>A comparison of the two by the user decides; without one, an up on {@code one} or a down on {@code other} speaks for
 * {@code one} and the reverse against it. Thumbs of one user that contradict each other say nothing. A user without either
 * who asked for another answer than one of them is a part of a vote for the other.
 *
 * @param forOne users for {@code one}, a tie counted as one half
 * @param forOther users for {@code other}, likewise
 * @param hasPick whether anybody preferred one of the two in a comparison
 * @param originalId where one of the two is a user's edit of the other, that other one
 */
record Tally(
        double forOne,
        double forOther,
        boolean hasPick,
        @Nullable String originalId,
        List<Evidence> evidence) {

    /** Both answers carry a comparison: of the same one always the same side is kept. */
    private static final Comparator<Evidence> LATEST = Comparator.<Evidence, Instant>comparing(
                    evidence -> evidence.verdict().occurredAt())
            .thenComparing(evidence -> evidence.verdict().eventId())
            .thenComparing(Evidence::completionId);

    private static final Comparator<Evidence> BY_EVENT = Comparator.<Evidence, String>comparing(
                    evidence -> evidence.verdict().eventId())
            .thenComparing(Evidence::completionId);

    /** What one user says of the two answers. */
    private static final class Ballot {
        private @Nullable Evidence comparison;
        private final List<Evidence> thumbs = new ArrayList<>();
        private int thumbsForOne;
        private final List<Evidence> regenerations = new ArrayList<>();
        private int regenerationsForOne;

        void compare(Evidence evidence) {
            if (comparison == null || LATEST.compare(comparison, evidence) < 0) {
                comparison = evidence;
            }
        }
    }

    static Tally of(JudgedAnswer one, JudgedAnswer other, double regenerateWeight) {
        return of(one, other, regenerateWeight, Set.of());
    }

    /** @param silent users whose votes do not count */
    static Tally of(JudgedAnswer one, JudgedAnswer other, double regenerateWeight, Set<String> silent) {
        Map<String, Ballot> ballots = new TreeMap<>();
        collect(one, other, 1, ballots);
        collect(other, one, -1, ballots);
        ballots.keySet().removeAll(silent);
        double forOne = 0;
        double forOther = 0;
        boolean hasPick = false;
        String originalId = null;
        List<Evidence> evidence = new ArrayList<>();
        for (Ballot ballot : ballots.values()) {
            Evidence comparison = ballot.comparison;
            double weight = 1;
            double share;
            if (comparison != null) {
                evidence.add(comparison);
                share = share(comparison, one.completionId());
                boolean edited = comparison.verdict().kind() == Verdict.Kind.EDITED;
                originalId = edited ? comparison.completionId() : originalId;
                hasPick |= !edited && share != 0.5;
            } else if (ballot.thumbsForOne != 0) {
                evidence.addAll(ballot.thumbs);
                share = ballot.thumbsForOne > 0 ? 1 : 0;
            } else if (ballot.thumbs.isEmpty() && ballot.regenerationsForOne != 0 && regenerateWeight > 0) {
                evidence.addAll(ballot.regenerations);
                share = ballot.regenerationsForOne > 0 ? 1 : 0;
                weight = regenerateWeight;
            } else {
                continue;
            }
            forOne += weight * share;
            forOther += weight * (1 - share);
        }
        evidence.sort(BY_EVENT);
        return new Tally(forOne, forOther, hasPick, originalId, List.copyOf(evidence));
    }

    private static void collect(JudgedAnswer answer, JudgedAnswer opponent, int sign, Map<String, Ballot> ballots) {
        for (Verdict verdict : answer.verdicts()) {
            if (!verdict.allowTraining()) {
                continue;
            }
            int thumb = JudgedAnswer.thumb(verdict);
            if (thumb != 0) {
                Ballot ballot = ballots.computeIfAbsent(verdict.userId(), user -> new Ballot());
                ballot.thumbs.add(new Evidence(answer.completionId(), verdict));
                ballot.thumbsForOne += sign * thumb;
            } else if (JudgedAnswer.isRegeneration(verdict)) {
                Ballot ballot = ballots.computeIfAbsent(verdict.userId(), user -> new Ballot());
                ballot.regenerations.add(new Evidence(answer.completionId(), verdict));
                ballot.regenerationsForOne -= sign;
            } else if (opponent.completionId().equals(verdict.otherCompletionId())) {
                // Both answers carry the comparison; between two snapshots one of them may still carry an older one.
                ballots.computeIfAbsent(verdict.userId(), user -> new Ballot())
                        .compare(new Evidence(answer.completionId(), verdict));
            }
        }
    }

    /** The share of a user's one vote that goes to the answer {@code oneId}. */
    private static double share(Evidence comparison, String oneId) {
        boolean aboutOne = comparison.completionId().equals(oneId);
        return switch (comparison.verdict().kind()) {
            case PREFERRED -> aboutOne ? 1 : 0;
            case DISPREFERRED, EDITED -> aboutOne ? 0 : 1;
            case TIED, BOTH_BAD -> 0.5;
            case UP, DOWN, REGENERATED -> throw new IllegalStateException("this is no comparison");
        };
    }
}
