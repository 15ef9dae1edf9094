package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules once more, slow and obvious: looks at all events of one prompt at once. Without caps and limits; minimum
 * strength 0.6, k = 0.5.
 */
final class ReferencePairing {
    private final List<CompletionServed> completions;
    private final List<FeedbackGiven> feedback;

    ReferencePairing(List<CompletionServed> completions, List<FeedbackGiven> feedback) {
        this.completions = completions;
        this.feedback = feedback;
    }

    /** One line a pair: {@code chosen > rejected, supporting : opposing}. */
    Set<String> pairs() {
        List<FeedbackGiven> votes = standingVotes();
        TreeSet<String> pairs = new TreeSet<>();
        for (CompletionServed one : completions) {
            for (CompletionServed other : completions) {
                if (one.getCompletionId().compareTo(other.getCompletionId()) < 0) {
                    addPair(one, other, votes, pairs);
                }
            }
        }
        return pairs;
    }

    static String line(String chosen, String rejected, double supporting, double opposing) {
        return chosen + " > " + rejected + ", " + supporting + " : " + opposing;
    }

    private static void addPair(
            CompletionServed one, CompletionServed other, List<FeedbackGiven> votes, Set<String> pairs) {
        String a = one.getCompletionId();
        String b = other.getCompletionId();
        double forA = 0;
        double forB = 0;
        boolean picked = false;
        TreeSet<String> users = new TreeSet<>();
        votes.forEach(vote -> users.add(vote.getUserId()));
        for (String user : users) {
            List<FeedbackGiven> own =
                    votes.stream().filter(vote -> vote.getUserId().equals(user)).toList();
            List<FeedbackGiven> picks = own.stream()
                    .filter(vote -> vote.getKind() == FeedbackKind.PICK)
                    .filter(vote -> subject(vote).equals(new TreeSet<>(List.of(a, b))))
                    .toList();
            if (!picks.isEmpty()) {
                FeedbackGiven pick = picks.getFirst();
                boolean decided = pick.getPick() == PickOutcome.CHOSEN;
                forA += !decided ? 0.5 : a.equals(pick.getChosenCompletionId()) ? 1 : 0;
                forB += !decided ? 0.5 : b.equals(pick.getChosenCompletionId()) ? 1 : 0;
                picked |= decided;
            } else {
                int leaning = net(own, a) - net(own, b);
                forA += leaning > 0 ? 1 : 0;
                forB += leaning < 0 ? 1 : 0;
            }
        }
        double more = Math.max(forA, forB);
        double less = Math.min(forA, forB);
        boolean opposed = net(votes, a) * net(votes, b) < 0;
        boolean equalTexts = one.getText().getValue().equals(other.getText().getValue());
        if ((picked || opposed) && !equalTexts && (more + 0.5) / (more + less + 1) >= 0.6) {
            pairs.add(forA > forB ? line(a, b, more, less) : line(b, a, more, less));
        }
    }

    private static int net(List<FeedbackGiven> votes, String completionId) {
        int net = 0;
        for (FeedbackGiven vote : votes) {
            if (vote.getKind() == FeedbackKind.THUMB && completionId.equals(vote.getCompletionId())) {
                net += vote.getThumb() == Thumb.UP ? 1 : vote.getThumb() == Thumb.DOWN ? -1 : 0;
            }
        }
        return net;
    }

    /** The latest opinion of each user on each subject, unless that user retracted it. */
    private List<FeedbackGiven> standingVotes() {
        Map<List<Object>, FeedbackGiven> latest = new HashMap<>();
        List<FeedbackGiven> inTime = new ArrayList<>(feedback);
        inTime.sort(Comparator.comparing(FeedbackGiven::getOccurredAt).thenComparing(FeedbackGiven::getEventId));
        for (FeedbackGiven event : inTime) {
            if (event.getKind() != FeedbackKind.RETRACTION) {
                latest.put(List.of(event.getUserId(), subject(event)), event);
            }
        }
        return latest.values().stream().filter(vote -> !retracted(vote)).toList();
    }

    private boolean retracted(FeedbackGiven vote) {
        return feedback.stream()
                .anyMatch(event -> event.getKind() == FeedbackKind.RETRACTION
                        && event.getUserId().equals(vote.getUserId())
                        && vote.getEventId().equals(event.getRetractedEventId()));
    }

    private static Set<String> subject(FeedbackGiven event) {
        TreeSet<String> subject = new TreeSet<>();
        for (String id :
                new String[] {event.getCompletionId(), event.getChosenCompletionId(), event.getRejectedCompletionId()
                }) {
            if (id != null) {
                subject.add(id);
            }
        }
        return subject;
    }
}
