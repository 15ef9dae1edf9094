package dev.attune.publisher.canary;

import dev.attune.publisher.canary.Ballot.Voice;
import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The users, each with one voice: counted once, a while after the first feedback, and never again. So a person counts as one
 * however much they say, and what was counted does not change while the evidence is looked at.
 */
final class Jury {
    /** More people than any decision needs; those who come later are not heard. */
    static final int MOST_USERS = 50_000;

    private final Duration settleAfter;
    private final Map<String, Ballot> ballots = new HashMap<>();
    private final Set<String> heard = new HashSet<>();
    private long turnedAway;

    Jury(Duration settleAfter) {
        this.settleAfter = settleAfter;
    }

    void add(String user, Said said) {
        if (heard.contains(user)) {
            return;
        }
        Ballot ballot = ballots.get(user);
        if (ballot == null) {
            if (ballots.size() + heard.size() >= MOST_USERS) {
                turnedAway++;
                return;
            }
            ballot = new Ballot();
            ballots.put(user, ballot);
        }
        ballot.add(said);
    }

    /** Counts those whose time has come, in the order in which it came. */
    void settle(Instant now, Function<String, @Nullable Arm> arms, DifferenceEvidence winRate) {
        PriorityQueue<Map.Entry<String, Instant>> open = new PriorityQueue<>(
                Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        ballots.forEach((user, ballot) -> open.add(Map.entry(user, ballot.since())));
        while (!open.isEmpty() && !open.element().getValue().plus(settleAfter).isAfter(now)) {
            String user = open.remove().getKey();
            Ballot ballot = Objects.requireNonNull(ballots.remove(user));
            Voice voice = ballot.voice(settleAfter, arms);
            if (!voice.isSilent()) {
                heard.add(user);
                count(voice, winRate);
            } else {
                // Whoever spoke of other versions only, or took all back, may still be heard.
                ballot.after(settleAfter).ifPresent(rest -> {
                    ballots.put(user, rest);
                    open.add(Map.entry(user, rest.since()));
                });
            }
        }
    }

    private static void count(Voice voice, DifferenceEvidence winRate) {
        if (voice.stable() == null) {
            winRate.canary(Objects.requireNonNull(voice.canary()));
        } else if (voice.canary() == null) {
            winRate.stable(voice.stable());
        } else {
            winRate.both(voice.canary(), voice.stable());
        }
    }

    /** Users who spoke and are not counted yet. */
    int waiting() {
        return ballots.size();
    }

    /** Events of users beyond the bound. */
    long turnedAway() {
        return turnedAway;
    }
}
