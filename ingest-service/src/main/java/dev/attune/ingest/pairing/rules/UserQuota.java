package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Evidence;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** In how many pairs of one prompt each user's votes of one window count. */
final class UserQuota {
    /** Votes of one user that were received in one window. */
    private record Slot(String userId, long window) {}

    private final PairRules rules;
    private final Map<Slot, Integer> used = new HashMap<>();

    UserQuota(PairRules rules) {
        this.rules = rules;
    }

    /** The users behind the pair whose votes count elsewhere already, as often as they may. */
    Set<String> exhausted(AssembledPair pair) {
        Set<String> users = new TreeSet<>();
        if (rules.maxPairsPerUser() > 0) {
            slots(pair).forEach(slot -> {
                if (used.getOrDefault(slot, 0) >= rules.maxPairsPerUser()) {
                    users.add(slot.userId());
                }
            });
        }
        return users;
    }

    void use(AssembledPair pair) {
        slots(pair).forEach(slot -> used.merge(slot, 1, Integer::sum));
    }

    /** Several votes of one user on a pair are one vote, of the time of the newest. */
    private Set<Slot> slots(AssembledPair pair) {
        Map<String, Instant> newest = new HashMap<>();
        for (Evidence evidence : pair.evidence()) {
            Verdict verdict = evidence.verdict();
            newest.merge(verdict.userId(), verdict.receivedAt(), (one, other) -> one.isAfter(other) ? one : other);
        }
        Set<Slot> slots = new HashSet<>();
        newest.forEach((user, at) -> slots.add(new Slot(
                user, Math.floorDiv(at.toEpochMilli(), rules.userWindow().toMillis()))));
        return slots;
    }
}
