package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.InlineCompletion;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.ingest.pairing.rules.Judgement;
import dev.attune.ingest.pairing.rules.PromptKey;
import dev.attune.ingest.pairing.rules.StableHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * The rules once more, slow and obvious: looks at all events of one prompt at once, as often as it likes. Of the real rules
 * it shares only the names of things: the ids of pairs and edits and the ranks that decide under a cap.
 */
class ReferencePairing {
    private record Answer(String id, String turnId, String text, String version) {}

    /** What one user says of two answers. */
    private record Ballot(double forOne, double forOther, boolean pick, boolean edit, List<FeedbackGiven> votes) {}

    /**
     * A pair that holds in its prompt.
     *
     * @param rank by the kind of evidence, the lower first
     * @param newestByUser when each user's newest vote on it was received
     */
    record Held(String tenant, String promptId, String id, int rank, Map<String, Instant> newestByUser, String line) {}

    private record Pair(
            String id, Answer chosen, Answer rejected, double more, double less, int rank, Set<String> votes) {}

    private final PairingConfig.Rules rules;
    private final Map<String, Answer> answers = new TreeMap<>();
    private final Map<String, FeedbackGiven> feedback = new TreeMap<>();
    private final List<FeedbackGiven> standing;
    private final Map<String, String> originals = new HashMap<>();
    private String tenant = "";
    private String promptId = "";

    ReferencePairing(PairingConfig.Rules rules, Collection<? extends SpecificRecord> events) {
        this.rules = rules;
        for (SpecificRecord event : events) {
            if (event instanceof CompletionServed served) {
                add(
                        served.getCompletionId(),
                        served.getTurnId(),
                        served.getText().getValue(),
                        served.getModelVersion());
                tenant = served.getTenant();
                promptId = served.getPromptId();
            } else if (event instanceof FeedbackGiven given) {
                feedback.put(given.getEventId(), given);
                for (InlineCompletion one : given.getCompletions()) {
                    add(one.getCompletionId(), given.getTurnId(), one.getText().getValue(), one.getModelVersion());
                    tenant = given.getTenant();
                    promptId = String.valueOf(given.getPromptId());
                }
            }
        }
        this.standing = standingVotes();
        for (FeedbackGiven vote : standing) {
            Answer original = answers.get(String.valueOf(vote.getCompletionId()));
            if (vote.getKind() == FeedbackKind.EDIT && original != null) {
                String id = Judgement.Edit.editedId(original.id(), vote.getUserId());
                answers.put(
                        id,
                        new Answer(id, original.turnId(), vote.getEditedText().getValue(), ""));
                originals.put(id, original.id());
            }
        }
    }

    /** With one line a pair: everything that a pair says. */
    List<Held> pairs() {
        return activePairs().stream()
                .map(pair -> new Held(tenant, promptId, pair.id(), pair.rank(), newestByUser(pair), line(pair)))
                .toList();
    }

    /** The liked and disliked answers that are in no pair. */
    SortedSet<String> singles() {
        Set<String> paired = new HashSet<>();
        for (Pair pair : activePairs()) {
            paired.add(pair.chosen().id());
            paired.add(pair.rejected().id());
        }
        SortedSet<String> lines = new TreeSet<>();
        for (Answer answer : answers.values()) {
            if (likes(answer) != dislikes(answer) && !paired.contains(answer.id())) {
                lines.add(answer.id() + (likes(answer) > dislikes(answer) ? " liked" : " disliked"));
            }
        }
        return lines;
    }

    /** A rule that a test can break. */
    boolean isRetracted(FeedbackGiven vote) {
        return feedback.values().stream()
                .anyMatch(event -> event.getKind() == FeedbackKind.RETRACTION
                        && event.getUserId().equals(vote.getUserId())
                        && vote.getEventId().equals(event.getRetractedEventId()));
    }

    static String line(
            String chosen, String rejected, double more, double less, String origin, Collection<String> evidence) {
        return chosen + " > " + rejected + ", " + more + " : " + less + ", " + origin + " by " + evidence;
    }

    static String side(String id, String text, String version) {
        return id + " '" + text + "' of '" + version + "'";
    }

    private static String line(Pair pair) {
        return line(
                side(pair.chosen().id(), pair.chosen().text(), pair.chosen().version()),
                side(
                        pair.rejected().id(),
                        pair.rejected().text(),
                        pair.rejected().version()),
                pair.more(),
                pair.less(),
                List.of("PICK", "EDIT", "THUMBS_IN_TURN", "THUMBS_ACROSS_TURNS").get(pair.rank()),
                pair.votes());
    }

    private void add(String id, String turnId, String text, String version) {
        Answer known = answers.get(id);
        answers.put(
                id,
                new Answer(id, turnId, text, known == null || known.version().isEmpty() ? version : known.version()));
    }

    /** The latest opinion of each user on each subject, unless that user retracted it or cleared it. */
    private List<FeedbackGiven> standingVotes() {
        Map<List<Object>, FeedbackGiven> latest = new HashMap<>();
        List<FeedbackGiven> inTime = new ArrayList<>(feedback.values());
        inTime.sort(Comparator.comparing(FeedbackGiven::getOccurredAt).thenComparing(FeedbackGiven::getEventId));
        for (FeedbackGiven event : inTime) {
            if (event.getKind() != FeedbackKind.RETRACTION) {
                latest.put(List.of(event.getUserId(), event.getKind(), subject(event)), event);
            }
        }
        List<FeedbackGiven> votes = latest.values().stream()
                .filter(vote -> vote.getThumb() != Thumb.CLEARED && !isRetracted(vote))
                .toList();
        return votes.stream()
                .filter(FeedbackGiven::getAllowTraining)
                .filter(vote -> vote.getKind() != FeedbackKind.REGENERATE || !saysMore(votes, vote))
                .sorted(Comparator.comparing(FeedbackGiven::getEventId))
                .toList();
    }

    private static boolean saysMore(List<FeedbackGiven> votes, FeedbackGiven regeneration) {
        return votes.stream()
                .anyMatch(vote -> vote.getKind() != FeedbackKind.REGENERATE
                        && vote.getUserId().equals(regeneration.getUserId())
                        && subject(vote).containsAll(subject(regeneration)));
    }

    private List<Pair> activePairs() {
        List<Pair> decided = new ArrayList<>();
        for (Answer one : answers.values()) {
            for (Answer other : answers.values()) {
                if (one.id().compareTo(other.id()) < 0 && isCandidate(one, other)) {
                    decide(one, other, Set.of(), decided);
                }
            }
        }
        decided.sort(Comparator.comparingInt(Pair::rank).thenComparing(Pair::id));
        List<Pair> kept = new ArrayList<>();
        Map<String, Integer> used = new HashMap<>();
        for (Pair pair : decided) {
            if (rules.maxPairsPerPrompt() > 0 && kept.size() >= rules.maxPairsPerPrompt()) {
                continue;
            }
            Set<String> silent = new HashSet<>();
            slots(pair).forEach((user, slot) -> {
                if (rules.maxPairsPerUser() > 0 && used.getOrDefault(slot, 0) >= rules.maxPairsPerUser()) {
                    silent.add(user);
                }
            });
            List<Pair> left = new ArrayList<>();
            decide(pair.chosen(), pair.rejected(), silent, left);
            kept.addAll(left);
            left.forEach(one -> slots(one).values().forEach(slot -> used.merge(slot, 1, Integer::sum)));
        }
        return kept;
    }

    /** Each user behind the pair, with the window of that user's newest vote. */
    private Map<String, String> slots(Pair pair) {
        Map<String, String> slots = new HashMap<>();
        newestByUser(pair)
                .forEach((user, at) -> slots.put(
                        user,
                        user + "/" + at.toEpochMilli() / rules.userWindow().toMillis()));
        return slots;
    }

    private Map<String, Instant> newestByUser(Pair pair) {
        Map<String, Instant> newest = new HashMap<>();
        for (String eventId : pair.votes()) {
            FeedbackGiven vote = feedback.get(eventId);
            newest.merge(vote.getUserId(), vote.getReceivedAt(), (a, b) -> a.isAfter(b) ? a : b);
        }
        return newest;
    }

    private boolean isCandidate(Answer one, Answer other) {
        boolean compared = standing.stream()
                .anyMatch(vote ->
                        vote.getKind() == FeedbackKind.PICK && subject(vote).equals(ids(one, other)));
        boolean edited =
                one.id().equals(originals.get(other.id())) || other.id().equals(originals.get(one.id()));
        return compared || edited || one.turnId().equals(other.turnId()) || (meetsAcross(one) && meetsAcross(other));
    }

    private boolean meetsAcross(Answer answer) {
        double leaning = Math.signum(likes(answer) - dislikes(answer));
        long before = answers.values().stream()
                .filter(other -> Math.signum(likes(other) - dislikes(other)) == leaning)
                .filter(other -> rank(other).compareTo(rank(answer)) < 0)
                .count();
        return rules.maxAcrossAnswers() == 0 || before < rules.maxAcrossAnswers();
    }

    private String rank(Answer answer) {
        return StableHash.id("across", tenant, promptId, answer.id());
    }

    private void decide(Answer one, Answer other, Set<String> silent, List<Pair> decided) {
        Set<String> users = new TreeSet<>();
        standing.forEach(vote -> users.add(vote.getUserId()));
        users.removeAll(silent);
        double forOne = 0;
        double forOther = 0;
        boolean picked = false;
        boolean edited = false;
        Set<String> votes = new TreeSet<>();
        for (String user : users) {
            Ballot ballot = ballot(user, one, other);
            forOne += ballot.forOne();
            forOther += ballot.forOther();
            picked |= ballot.pick();
            edited |= ballot.edit();
            ballot.votes().forEach(vote -> votes.add(vote.getEventId()));
        }
        boolean opposed = Math.signum(likes(one) - dislikes(one)) * Math.signum(likes(other) - dislikes(other)) < 0;
        double more = Math.max(forOne, forOther);
        double less = Math.min(forOne, forOther);
        double k = rules.smoothing();
        Answer chosen = forOne > forOther ? one : other;
        Answer rejected = forOne > forOther ? other : one;
        boolean againstEdit = edited && chosen.id().equals(originals.get(rejected.id()));
        double longer = Math.max(1, Math.max(one.text().length(), other.text().length()));
        double shorter = Math.max(1, Math.min(one.text().length(), other.text().length()));
        if ((picked || edited || opposed)
                && !againstEdit
                && !one.text().equals(other.text())
                && (rules.maxLengthRatio() == 0 || longer / shorter <= rules.maxLengthRatio())
                && (more + k) / (more + less + 2 * k) >= rules.minimumStrength()) {
            int rank = picked ? 0 : edited ? 1 : one.turnId().equals(other.turnId()) ? 2 : 3;
            String id = StableHash.pairId(new PromptKey(tenant, promptId), one.id(), other.id());
            decided.add(new Pair(id, chosen, rejected, more, less, rank, votes));
        }
    }

    private Ballot ballot(String user, Answer one, Answer other) {
        List<FeedbackGiven> own =
                standing.stream().filter(vote -> vote.getUserId().equals(user)).toList();
        for (FeedbackGiven vote : own) {
            if (vote.getKind() == FeedbackKind.PICK && subject(vote).equals(ids(one, other))) {
                boolean decided = vote.getPick() == PickOutcome.CHOSEN;
                double share = !decided ? 0.5 : one.id().equals(vote.getChosenCompletionId()) ? 1 : 0;
                return new Ballot(share, 1 - share, decided, false, List.of(vote));
            }
            if (vote.getKind() == FeedbackKind.EDIT) {
                String editedId = Judgement.Edit.editedId(String.valueOf(vote.getCompletionId()), user);
                if (ids(one, other).equals(Set.of(editedId, String.valueOf(vote.getCompletionId())))) {
                    double share = one.id().equals(editedId) ? 1 : 0;
                    return new Ballot(share, 1 - share, false, true, List.of(vote));
                }
            }
        }
        List<FeedbackGiven> thumbs = about(own, FeedbackKind.THUMB, one, other);
        List<FeedbackGiven> regenerations = about(own, FeedbackKind.REGENERATE, one, other);
        double weight = thumbs.isEmpty() ? rules.regenerateWeight() : 1;
        List<FeedbackGiven> said = thumbs.isEmpty() ? regenerations : thumbs;
        int forOne = 0;
        for (FeedbackGiven vote : said) {
            int praise = vote.getThumb() == Thumb.UP ? 1 : -1;
            forOne += one.id().equals(vote.getCompletionId()) ? praise : -praise;
        }
        return forOne == 0 || weight == 0
                ? new Ballot(0, 0, false, false, List.of())
                : new Ballot(forOne > 0 ? weight : 0, forOne < 0 ? weight : 0, false, false, said);
    }

    private static List<FeedbackGiven> about(List<FeedbackGiven> votes, FeedbackKind kind, Answer one, Answer other) {
        return votes.stream()
                .filter(vote -> vote.getKind() == kind)
                .filter(vote -> ids(one, other).containsAll(subject(vote)))
                .toList();
    }

    private double likes(Answer answer) {
        return count(answer, FeedbackKind.THUMB, Thumb.UP);
    }

    private double dislikes(Answer answer) {
        return count(answer, FeedbackKind.THUMB, Thumb.DOWN)
                + rules.regenerateWeight() * count(answer, FeedbackKind.REGENERATE, Thumb.UNKNOWN);
    }

    private long count(Answer answer, FeedbackKind kind, Thumb thumb) {
        return standing.stream()
                .filter(vote -> vote.getKind() == kind && vote.getThumb() == thumb)
                .filter(vote -> answer.id().equals(vote.getCompletionId()))
                .count();
    }

    private static Set<String> ids(Answer one, Answer other) {
        return Set.of(one.id(), other.id());
    }

    private static Set<String> subject(FeedbackGiven event) {
        Set<String> subject = new TreeSet<>();
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
