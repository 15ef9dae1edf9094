package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnLimits;
import dev.attune.ingest.pairing.rules.TurnMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Finds the turns that may be forgotten by going through all of them, again and again, a part with every call. An index by
 * time would find them at once, and cost every turn two more writes: nobody waits for a turn to be forgotten.
 */
final class TurnSweep {
    /** Turns gone through in one call: a few milliseconds. */
    private static final int TURNS_A_LOOK = 1_000;
    /** Between two rounds, unless the retention is short. */
    private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);

    private static final int ROUNDS_A_RETENTION = 20;

    private final KeyValueStore<String, TurnMemory> turns;
    private final TurnLimits limits;
    private final Duration betweenRounds;
    private @Nullable Instant nextRound;
    private @Nullable String from;

    TurnSweep(KeyValueStore<String, TurnMemory> turns, TurnLimits limits) {
        this.turns = turns;
        this.limits = limits;
        Duration part = limits.retention().dividedBy(ROUNDS_A_RETENTION);
        this.betweenRounds = part.compareTo(BETWEEN_ROUNDS) < 0 ? part : BETWEEN_ROUNDS;
    }

    /** Those of the next part whose retention is over by {@code now}. */
    List<String> findForgotten(Instant now) {
        if (from == null) {
            Instant due = nextRound;
            if (due == null || now.isBefore(due)) {
                nextRound = due == null ? now.plus(betweenRounds) : due;
                return List.of();
            }
            nextRound = now.plus(betweenRounds);
        }
        List<String> forgotten = new ArrayList<>();
        try (KeyValueIterator<String, TurnMemory> rest = turns.range(from, null)) {
            for (int seen = 0; seen < TURNS_A_LOOK && rest.hasNext(); seen++) {
                KeyValue<String, TurnMemory> turn = rest.next();
                if (!new Turn(limits, turn.value).retainedUntil().isAfter(now)) {
                    forgotten.add(turn.key);
                }
            }
            from = rest.hasNext() ? rest.peekNextKey() : null;
        }
        return forgotten;
    }
}
