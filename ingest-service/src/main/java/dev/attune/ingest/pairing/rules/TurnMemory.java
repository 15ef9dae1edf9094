package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.Vote.Place;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is kept of one turn between two events: everything a {@link Turn} knows. */
public final class TurnMemory {
    /** An event that was taken in. */
    public record SeenEvent(String eventId, long bodyDigest) {}

    /** An event that its user took back. */
    public record RetractedEvent(String userId, String eventId) {}

    /**
     * A completion that came.
     *
     * @param revision of what was last sent on of its votes; 0 before that
     */
    public record KnownCompletion(ServedAnswer answer, long revision) {
        public String completionId() {
            return answer.completionId();
        }
    }

    private final Map<Place, Vote> votes = new LinkedHashMap<>();
    private final Map<String, Long> seen = new LinkedHashMap<>();
    private final Set<RetractedEvent> retracted = new LinkedHashSet<>();
    private final Map<String, KnownCompletion> completions = new LinkedHashMap<>();
    private Instant lastReceivedAt = Instant.EPOCH;
    /** Whether, and to what, {@link Turn#nextExpiry} was worked out. Not stored: it follows from the rest. */
    private boolean scheduled;

    private @Nullable Instant scheduledExpiry;

    /** A turn of which nothing is known. */
    public TurnMemory() {}

    /** A turn as it was stored. */
    public TurnMemory(
            Collection<Vote> votes,
            Collection<SeenEvent> seen,
            Collection<RetractedEvent> retracted,
            Collection<KnownCompletion> completions,
            Instant lastReceivedAt) {
        votes.forEach(this::putVote);
        seen.forEach(event -> this.seen.put(event.eventId(), event.bodyDigest()));
        this.retracted.addAll(retracted);
        completions.forEach(completion -> this.completions.put(completion.completionId(), completion));
        this.lastReceivedAt = lastReceivedAt;
    }

    /** A copy: votes may be put while it is looked through. */
    public List<Vote> votes() {
        return List.copyOf(votes.values());
    }

    /** For whoever only looks through them. */
    Collection<Vote> votesNow() {
        return Collections.unmodifiableCollection(votes.values());
    }

    public int opinionCount() {
        return votes.size();
    }

    public int seenCount() {
        return seen.size();
    }

    public List<SeenEvent> seen() {
        return seen.entrySet().stream()
                .map(entry -> new SeenEvent(entry.getKey(), entry.getValue()))
                .toList();
    }

    public Set<RetractedEvent> retracted() {
        return Collections.unmodifiableSet(retracted);
    }

    public Collection<KnownCompletion> completions() {
        return Collections.unmodifiableCollection(completions.values());
    }

    public Instant lastReceivedAt() {
        return lastReceivedAt;
    }

    /**
     * A completion whose votes are sent on once more.
     *
     * @return it with its new revision
     */
    public KnownCompletion nextRevision(String completionId) {
        KnownCompletion known = completions.get(completionId);
        if (known == null) {
            throw new IllegalArgumentException("completion " + completionId + " is not of this turn");
        }
        KnownCompletion next = new KnownCompletion(known.answer(), known.revision() + 1);
        completions.put(completionId, next);
        return next;
    }

    @Nullable
    Vote vote(Place place) {
        return votes.get(place);
    }

    void putVote(Vote vote) {
        votes.put(vote.place(), vote);
    }

    /** Votes and retractions together: both are what a user can make grow. */
    int voteCount() {
        return votes.size() + retracted.size();
    }

    @Nullable
    Long eventDigest(String eventId) {
        return seen.get(eventId);
    }

    /** Remembers an event, and forgets the oldest ones beyond the bound. */
    void remember(String eventId, long bodyDigest, int bound) {
        seen.put(eventId, bodyDigest);
        Iterator<String> oldest = seen.keySet().iterator();
        while (seen.size() > bound) {
            oldest.next();
            oldest.remove();
        }
    }

    void retract(String userId, String eventId) {
        retracted.add(new RetractedEvent(userId, eventId));
    }

    boolean isRetracted(String userId, String eventId) {
        return retracted.contains(new RetractedEvent(userId, eventId));
    }

    @Nullable
    ServedAnswer completion(String completionId) {
        KnownCompletion known = completions.get(completionId);
        return known == null ? null : known.answer();
    }

    int completionCount() {
        return completions.size();
    }

    void putCompletion(ServedAnswer answer) {
        KnownCompletion known = completions.get(answer.completionId());
        completions.put(answer.completionId(), new KnownCompletion(answer, known == null ? 0 : known.revision()));
    }

    boolean isScheduled() {
        return scheduled;
    }

    Optional<Instant> scheduledExpiry() {
        return Optional.ofNullable(scheduledExpiry);
    }

    void schedule(@Nullable Instant expiry) {
        scheduled = true;
        scheduledExpiry = expiry;
    }

    void touch(Instant receivedAt) {
        if (receivedAt.isAfter(lastReceivedAt)) {
            lastReceivedAt = receivedAt;
        }
    }
}
