package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Opinion;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Retraction;
import dev.attune.ingest.pairing.rules.TurnOutcome.EditedText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One turn: resolves the votes on its completions, whatever the order in which votes and completions arrive.
 *
 * <p>Of a user's opinions in one place the latest by (occurredAt, eventId) counts, and it counts unless the same user
 * retracted it. Both are joins of a semilattice (maximum, union): order and repetition of events do not matter.
 */
public final class Turn {
    private final TurnLimits limits;
    private final TurnMemory memory;

    public Turn(TurnLimits limits, TurnMemory memory) {
        this.limits = limits;
        this.memory = memory;
    }

    /** Takes a completion in. */
    public TurnOutcome completion(ServedAnswer answer, Instant receivedAt) {
        String completionId = answer.completionId();
        ServedAnswer known = memory.completion(completionId);
        if (known != null && !known.isSameAs(answer)) {
            return new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE);
        }
        if (known != null && !known.lacksVersionOf(answer)) {
            return new TurnOutcome.Duplicate();
        }
        if (known == null && memory.completionCount() >= limits.maxCompletions()) {
            return new TurnOutcome.Refused(Refusal.TOO_MANY_COMPLETIONS);
        }
        memory.putCompletion(answer);
        memory.touch(receivedAt);
        TreeSet<String> changed = new TreeSet<>();
        if (!verdicts(completionId).isEmpty()) {
            changed.add(completionId);
        }
        return new TurnOutcome.Changed(Set.of(completionId), changed, effectiveEdits(completionId), resolveReported());
    }

    public TurnOutcome feedback(Feedback feedback) {
        Long digestBefore = memory.eventDigest(feedback.eventId());
        if (digestBefore != null) {
            return digestBefore == feedback.bodyDigest()
                    ? new TurnOutcome.Duplicate()
                    : new TurnOutcome.Refused(Refusal.CONFLICTING_DUPLICATE);
        }
        Refusal refusal = refusal(feedback);
        if (refusal != null) {
            return new TurnOutcome.Refused(refusal);
        }
        TurnOutcome.Changed changes = unchanged();
        for (ServedAnswer answer : feedback.answers()) {
            if (completion(answer, feedback.receivedAt()) instanceof TurnOutcome.Changed more) {
                changes = changes.and(more);
            }
        }
        return changes.and(
                switch (feedback.judgement()) {
                    case Opinion opinion -> opinion(feedback, Vote.of(feedback, opinion));
                    case Retraction retraction -> retraction(feedback, retraction.retractedEventId());
                });
    }

    /** Asked before anything is taken in: a refused event leaves no trace. */
    private @Nullable Refusal refusal(Feedback feedback) {
        Map<String, ServedAnswer> brought = new HashMap<>();
        int completions = memory.completionCount();
        for (ServedAnswer answer : feedback.answers()) {
            ServedAnswer known = memory.completion(answer.completionId());
            ServedAnswer other = brought.get(answer.completionId());
            if ((known != null && !known.isSameAs(answer)) || (other != null && !other.isSameAs(answer))) {
                return Refusal.CONFLICTING_DUPLICATE;
            }
            if (known == null && other == null && ++completions > limits.maxCompletions()) {
                return Refusal.TOO_MANY_COMPLETIONS;
            }
            if (other == null || other.modelVersion().isEmpty()) {
                brought.put(answer.completionId(), answer);
            }
        }
        boolean oneMore = switch (feedback.judgement()) {
            case Opinion opinion -> memory.vote(Vote.of(feedback, opinion).place()) == null;
            case Retraction retraction -> true;
        };
        return oneMore && memory.voteCount() >= limits.maxVotes() ? Refusal.TOO_MANY_VOTES : null;
    }

    private TurnOutcome.Changed opinion(Feedback feedback, Vote vote) {
        Vote before = memory.vote(vote.place());
        memory.remember(feedback.eventId(), feedback.bodyDigest(), limits.rememberedEvents());
        memory.touch(feedback.receivedAt());
        if (before != null && Vote.BY_TIME.compare(before, vote) >= 0) {
            return unchanged();
        }
        // Whoever said that the vote's completion is missing said it of the older event.
        memory.putVote(vote);
        boolean matters = isEffective(vote) || (before != null && isEffective(before));
        return matters ? changed(vote) : unchanged();
    }

    private TurnOutcome.Changed retraction(Feedback feedback, String retractedEventId) {
        memory.remember(feedback.eventId(), feedback.bodyDigest(), limits.rememberedEvents());
        memory.touch(feedback.receivedAt());
        Optional<Vote> retracted = memory.votes().stream()
                .filter(vote -> vote.eventId().equals(retractedEventId))
                .filter(vote -> vote.userId().equals(feedback.userId()))
                .filter(this::isEffective)
                .findFirst();
        // Kept although nothing may match yet: the retraction may be quicker than what it retracts.
        memory.retract(feedback.userId(), retractedEventId);
        return retracted.map(this::changed).orElseGet(Turn::unchanged);
    }

    /** Whether the event is the newest of its user in its place: not where it is a retraction or came too late. */
    public boolean isLatest(Feedback feedback) {
        if (!(feedback.judgement() instanceof Opinion opinion)) {
            return false;
        }
        Vote latest = memory.vote(Vote.of(feedback, opinion).place());
        return latest != null
                && latest.eventId().equals(feedback.eventId())
                && latest.opinion().equals(opinion);
    }

    /** What everybody currently says of a completion, in a stable order. */
    public List<Verdict> verdicts(String completionId) {
        List<Vote> votes = effectiveVotes(completionId);
        if (votes.isEmpty()) {
            return List.of();
        }
        Set<String> explicit = votes.stream()
                .filter(vote -> !(vote.opinion() instanceof Regeneration))
                .map(Vote::userId)
                .collect(Collectors.toSet());
        return votes.stream()
                // Whoever says what they think of it need not be guessed at.
                .filter(vote -> !(vote.opinion() instanceof Regeneration) || !explicit.contains(vote.userId()))
                .sorted(Comparator.comparing(Vote::userId).thenComparing(Vote::eventId))
                .map(vote -> Verdict.of(vote, completionId))
                .toList();
    }

    /** The texts that users put in its place, those that were taken back too: what was sent on of a turn only grows. */
    public List<EditedText> edits(String completionId) {
        List<EditedText> edits = new ArrayList<>();
        for (Vote vote : memory.votesNow()) {
            if (vote.opinion() instanceof Edit edit && edit.completionId().equals(completionId)) {
                edits.add(EditedText.of(vote, completionId));
            }
        }
        return edits;
    }

    /** When the newest of the votes on a completion was received; the epoch where there is none. */
    public Instant newestReceivedAt(String completionId) {
        Instant newest = Instant.EPOCH;
        for (Vote vote : memory.votesNow()) {
            if (vote.opinion().completionIds().contains(completionId)
                    && vote.receivedAt().isAfter(newest)) {
                newest = vote.receivedAt();
            }
        }
        return newest;
    }

    /**
     * The votes whose completions should have been here by {@code now}. Each is returned once; the vote itself stays and
     * counts if its completion comes after all.
     */
    public List<Vote> expire(Instant now) {
        List<Vote> expired = memory.votes().stream()
                .filter(this::isWaiting)
                .filter(vote -> !expiry(vote).isAfter(now))
                .toList();
        expired.forEach(vote -> memory.putVote(vote.withReportedMissing(true)));
        return expired;
    }

    /** {@link #nextExpiry} as it was before this event: worked out once, since most events change nothing about it. */
    public Optional<Instant> scheduledExpiry() {
        return memory.isScheduled() ? memory.scheduledExpiry() : nextExpiry();
    }

    /** When {@link #expire} has something to say next; empty while nothing waits. */
    public Optional<Instant> nextExpiry() {
        Instant next = null;
        // No stream here and in what follows: it is asked twice with every event.
        for (Vote vote : memory.votesNow()) {
            if (isWaiting(vote) && (next == null || expiry(vote).isBefore(next))) {
                next = expiry(vote);
            }
        }
        memory.schedule(next);
        return Optional.ofNullable(next);
    }

    /** When the turn may be forgotten, unless something happens before. */
    public Instant retainedUntil() {
        return memory.lastReceivedAt().plus(limits.retention());
    }

    /** @param completionId of a completion that is here */
    public String promptId(String completionId) {
        return Objects.requireNonNull(memory.completion(completionId), completionId)
                .promptId();
    }

    public TurnMemory memory() {
        return memory;
    }

    private List<Vote> effectiveVotes(String completionId) {
        List<Vote> effective = new ArrayList<>();
        for (Vote vote : memory.votesNow()) {
            if (vote.opinion().completionIds().contains(completionId) && isEffective(vote)) {
                effective.add(vote);
            }
        }
        return effective;
    }

    private List<EditedText> effectiveEdits(String completionId) {
        return effectiveVotes(completionId).stream()
                .filter(vote -> vote.opinion() instanceof Edit)
                .map(vote -> EditedText.of(vote, completionId))
                .toList();
    }

    private boolean isEffective(Vote vote) {
        return vote.opinion().counts() && !memory.isRetracted(vote.userId(), vote.eventId());
    }

    private boolean isWaiting(Vote vote) {
        return !vote.reportedMissing() && isIncomplete(vote);
    }

    private boolean isIncomplete(Vote vote) {
        for (String id : vote.opinion().completionIds()) {
            if (memory.completion(id) == null) {
                return true;
            }
        }
        return false;
    }

    private Instant expiry(Vote vote) {
        return vote.receivedAt().plus(limits.completionWait());
    }

    private List<Vote> resolveReported() {
        List<Vote> resolved = new ArrayList<>();
        for (Vote vote : memory.votes()) {
            if (vote.reportedMissing() && !isIncomplete(vote)) {
                resolved.add(vote);
            }
        }
        resolved.forEach(vote -> memory.putVote(vote.withReportedMissing(false)));
        return List.copyOf(resolved);
    }

    private TurnOutcome.Changed changed(Vote vote) {
        SortedSet<String> known = new TreeSet<>();
        for (String completionId : vote.opinion().completionIds()) {
            if (memory.completion(completionId) != null) {
                known.add(completionId);
            }
        }
        boolean edited = vote.opinion() instanceof Edit && isEffective(vote) && !known.isEmpty();
        List<EditedText> edits = edited ? List.of(EditedText.of(vote, known.first())) : List.of();
        return new TurnOutcome.Changed(Set.of(), known, edits, List.of());
    }

    private static TurnOutcome.Changed unchanged() {
        return new TurnOutcome.Changed(Set.of(), new TreeSet<>(), List.of(), List.of());
    }
}
